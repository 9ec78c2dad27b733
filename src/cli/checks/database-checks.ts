import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { AuditEntry } from '../../events/audit/audit-entry.entity';
import { AuditHead } from '../../events/audit/audit-head.entity';
import { HeadSeal } from '../../events/audit/new-entry';
import { SettingsError } from '../../options/load-settings';
import type { Settings } from '../../options/settings';
import { sqlitePath } from '../../options/sqlite-path';
import { notificationsArrive, NOTIFICATIONS_LOST } from '../../database/invalidation/channel';
import { addressOf } from '../../database/database-address';
import { MIGRATIONS_TABLE, readingOptions } from '../../database/data-source-options';
import { foreignTablesOf, ForeignTables } from '../../database/foreign-tables';
import { CORE_MIGRATIONS } from '../../database/migrations';
import { missingPermissions, describeStartError, findProblem } from '../../database/postgres/fitness';
import { Signer } from '../../sessions/signer';
import { User } from '../../users/user.entity';
import { type Finding, ok, reasonOf, refused, warning } from './finding';
import { passwordChecks } from './password-checks';

const SKEW_MS = 5_000;
/** A sample of tables on which the role needs privileges. */
const OUR_TABLES = [MIGRATIONS_TABLE, 'users', 'sessions', 'security_events'];

/** Reads only; does not migrate. */
export async function* databaseChecks(settings: Settings): AsyncGenerator<Finding> {
  const path = sqlitePath(settings.databaseUrl);
  if (path !== null && !existsSync(path)) {
    yield warning(`the database ${path}`, 'is not there yet: the first start makes it');
    return;
  }
  let source: DataSource;
  try {
    source = await new DataSource(
      readingOptions(addressOf(settings), [AuditEntry, AuditHead, User]),
    ).initialize();
  } catch (error) {
    const [problem] = error instanceof SettingsError ? error.problems : [describeStartError(error)];
    const reason = problem ?? `cannot be reached (${reasonOf(error)})`;
    yield refused('the database', `${reason}; check DATABASE_URL`);
    return;
  }
  try {
    const problem = source.options.type === 'postgres' ? await postgresProblem(source) : null;
    yield problem === null
      ? ok('the database answers')
      : refused('the database', `${problem}; check DATABASE_URL`);
    const foreign = await foreignTablesOf(source);
    if (foreign.length > 0) {
      yield refused('the database', new ForeignTables(foreign).message);
      return;
    }
    const missing = await missingMigrations(source);
    yield missing === 0 ? ok('the database is migrated') : await unmigrated(source, missing);
    if (source.options.type === 'postgres' && settings.sessionCache > 0 && missing === 0)
      yield await changes(source);
    yield await clock(source);
    yield await auditHead(source, settings);
    yield* passwordChecks(source, settings);
  } finally {
    await source.destroy();
  }
}

async function missingMigrations(source: DataSource): Promise<number> {
  const rows = await source.query<{ name: string }[]>(`SELECT name FROM ${MIGRATIONS_TABLE}`).catch(() => []);
  const done = new Set(rows.map(({ name }) => name));
  return CORE_MIGRATIONS.filter(({ name }) => !done.has(name)).length;
}

async function unmigrated(source: DataSource, missing: number): Promise<Finding> {
  const lacks = `lacks ${missing} migrations`;
  const mayMigrate = source.options.type !== 'postgres' || (await mayCreate(source));
  return mayMigrate
    ? warning('the database', `${lacks}: the next start runs them`)
    : refused(
        'the database',
        `${lacks}, and the role may make no tables; start once with a role that has USAGE and CREATE on the schema`,
      );
}

async function mayCreate(source: DataSource): Promise<boolean> {
  const [{ may }] = await source.query<[{ may: boolean }]>(
    "SELECT has_schema_privilege(current_schema(), 'CREATE') AS may",
  );
  return may;
}

async function postgresProblem(source: DataSource): Promise<string | null> {
  const { schema } = source.options.extra as { schema?: string };
  return (await findProblem(source, schema)) ?? (await missingPermissions(source, OUR_TABLES));
}

/** Whether this process receives notifications of log-outs on other instances. */
async function changes(source: DataSource): Promise<Finding> {
  const what = 'changes of sessions and users';
  try {
    return (await notificationsArrive(source)) ? ok(`${what} are heard`) : warning(what, NOTIFICATIONS_LOST);
  } catch (error) {
    return warning(what, `could not be listened to (${reasonOf(error)})`);
  }
}

/** Sessions, tokens and throttling rely on this clock. Compares it with the database's or newest event's. */
async function clock(source: DataSource): Promise<Finding> {
  const isPostgres = source.options.type === 'postgres';
  const sql = isPostgres
    ? 'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS time'
    : 'SELECT max(at) AS time FROM security_events';
  const [row] = await source.query<{ time: string | number | null }[]>(sql).catch(() => [{ time: null }]);
  const ahead = Number(row.time ?? 0) - Date.now();
  const isWrong = isPostgres ? Math.abs(ahead) > SKEW_MS : ahead > SKEW_MS;
  const other = isPostgres ? 'the database' : 'the newest entry of the audit log';
  return isWrong
    ? refused(
        'the clock',
        `differs from that of ${other} by ${Math.round(Math.abs(ahead) / 1000)} s; use NTP`,
      )
    : ok('the clock');
}

async function auditHead(source: DataSource, settings: Settings): Promise<Finding> {
  const what = 'the head of the audit log';
  try {
    const head = await source.manager.findOneBy(AuditHead, { id: 1 });
    if (!head) return refused(what, 'is gone; see docs/audit.md');
    const file = join(settings.dataDir, 'session-secret');
    const kept = existsSync(file) ? [readFileSync(file, 'utf8').trim()] : [];
    const sessionSecrets = settings.sessionSecrets ?? kept;
    const seal = new HeadSeal(
      new Signer(Object.assign(Object.create(settings) as Settings, { sessionSecrets })),
    );
    if (sessionSecrets.length === 0) return warning(what, 'cannot be checked without SESSION_SECRET');
    return seal.verify(head) ? ok(what) : refused(what, 'has a broken seal; run: latchkey audit verify');
  } catch {
    return warning(what, 'is not there yet: the next start makes it');
  }
}
