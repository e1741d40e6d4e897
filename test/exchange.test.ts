import { onPostgres } from './support/deployments.js';
import { exchangeSuite } from './support/exchange-suite.js';

for (const kind of onPostgres) exchangeSuite(kind);
