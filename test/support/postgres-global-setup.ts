import { postgresDatabase } from './database';
import { migrated } from './migrated';
import { PostgresServer } from './postgres-server.cjs';

declare global {
  var testPostgres: PostgresServer | undefined;
}

/** One server for the whole run, for all projects that need it. */
export default async function startPostgres(): Promise<void> {
  if (globalThis.testPostgres) return;
  const server = await PostgresServer.start();
  globalThis.testPostgres = server;
  process.env.TEST_POSTGRES_URL = server.url;
  const { url } = await postgresDatabase();
  await migrated(url);
  process.env.TEST_POSTGRES_TEMPLATE = new URL(url).pathname.slice(1);
}
