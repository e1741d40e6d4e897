export {
  EmbeddedPostgresError,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresFailure,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
export { openDataSource, ping, type OpenDataSourceOptions } from './data-source.js';
