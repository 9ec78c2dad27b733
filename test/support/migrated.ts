import { DataSource } from 'typeorm';
import { loadSettings } from '../../src/options/load-settings';
import { addressOf } from '../../src/database/database-address';
import { dataSourceOptions, withoutTimeouts } from '../../src/database/data-source-options';
import { migrate } from '../../src/database/migrate';
import { MESSAGE_MIGRATIONS } from '../../src/app/messages/migrations';

/**
 * Creates the current tables in an empty database. Suites start from copies of one: running every migration takes
 * longer than the rest of a start.
 */
export async function migrated(url: string): Promise<void> {
  const settings = loadSettings({ DATABASE_URL: url, SESSION_SECRET: 'x'.repeat(43) });
  const source = await new DataSource(
    withoutTimeouts(dataSourceOptions(addressOf(settings), MESSAGE_MIGRATIONS)),
  ).initialize();
  await migrate(source);
  await source.destroy();
}
