export { startBroker, issuerOf, type Broker } from './broker/start-broker.js';
export type { StandaloneOptions } from './options.js';
