export { openDelivery } from './open-delivery.js';
