import { existsSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { DataSource, In, type Repository } from 'typeorm';
import type { Settings } from '../../options/settings';
import { sqlitePath } from '../../options/sqlite-path';
import { LATCHKEY_DATA_SOURCE } from '../../database/data-source-name';
import { addressOf } from '../../database/database-address';
import { readingOptions } from '../../database/data-source-options';
import { Database } from '../../database/database';
import { foreignTablesOf, ForeignTables } from '../../database/foreign-tables';
import { UserStore } from '../../users/user-store';
import { User } from '../../users/user.entity';
import { withApplication } from '../with-application';
import type { ImportTarget } from './user-import';

/** Imports into the application's database and migrates it first. */
export function withStore(
  work: (target: ImportTarget, app: INestApplicationContext) => Promise<void>,
): Promise<void> {
  return withApplication(async (app) => {
    const database = app.get(Database, { strict: false });
    const store = app.get(UserStore, { strict: false });
    const source = app.get<DataSource>(getDataSourceToken(LATCHKEY_DATA_SOURCE), { strict: false });
    const users = source.getRepository(User);
    await work(
      {
        find: (names) => find(users, names),
        insert: (batch) => database.transaction((manager) => store.insertAll(batch, manager)),
      },
      app,
    );
  });
}

/** For a dry run: only reads, does not migrate. */
export async function withReader(
  settings: Settings,
  work: (target: ImportTarget) => Promise<void>,
): Promise<void> {
  const nothing = { find: async () => new Map(), insert: async () => undefined };
  const path = sqlitePath(settings.databaseUrl);
  if (path !== null && !existsSync(path)) return work(nothing);
  const source = await new DataSource(readingOptions(addressOf(settings), [User])).initialize();
  try {
    const foreign = await foreignTablesOf(source);
    if (foreign.length > 0) throw new ForeignTables(foreign);
    const runner = source.createQueryRunner();
    const isMigrated = await runner.hasTable('users').finally(() => runner.release());
    const users = source.getRepository(User);
    await work(isMigrated ? { ...nothing, find: (names) => find(users, names) } : nothing);
  } finally {
    await source.destroy();
  }
}

async function find(users: Repository<User>, names: string[]) {
  const found = await users.find({
    select: { usernameCanonical: true, username: true, passwordHash: true },
    where: { usernameCanonical: In(names) },
  });
  return new Map(found.map((user) => [user.usernameCanonical, user]));
}
