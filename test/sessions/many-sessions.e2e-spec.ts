import type { DataSource, Logger } from 'typeorm';
import { WRITER } from '../../src/database/database';
import { DatabaseSessionEngine } from '../../src/sessions/engines/database-session-engine';
import { TestApp } from '../support/app';
import { countSessions, LIVE, quietLogger } from '../support/probes';

const MINUTE = 60_000;
/** More than the parameters of a SQLite statement. */
const MANY = 33_000;

describe('Among many sessions', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(() => app.close());

  const isSqlite = () => app.dataSource.options.type === 'sqlite';

  /** Live sessions of one user, stored at once. */
  async function fill(userId: number, count: number): Promise<void> {
    const now = app.clock.now();
    const numbers = isSqlite()
      ? `(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i FROM n) AS n`
      : `generate_series(1, ${count}) AS n(i)`;
    await app.dataSource.query(
      `INSERT INTO sessions (id_hash, public_id, user_id, data, version,
         created_at, last_seen_at, idle_expires_at, absolute_expires_at)
       SELECT 'hash' || i, 'public' || i, ${userId}, '{"userId":${userId}}', 1,
         ${now}, ${now}, ${now + 30 * MINUTE}, ${now + 60 * MINUTE} FROM ${numbers}`,
    );
  }

  it('a user can end all others however many they are, possibly with a retry', async () => {
    const { id, agent } = await app.user('ada');
    await fill(id, MANY);
    let status = 503; // each retry continues where the previous one ran out of time
    for (let tries = 0; status === 503 && tries < 5; tries += 1)
      ({ status } = await agent.delete('/api/v1/auth/sessions'));
    expect(status).toBe(204);
    expect(await countSessions(app, LIVE)).toBe(1);
    await agent.get('/api/v1/auth/me').expect(200);
  });

  it('SQLite reads only the requested ones', async () => {
    if (!isSqlite()) return;
    const engine = app.app.get(DatabaseSessionEngine, { strict: false });
    for (let index = 0; index < 3; index += 1) await engine.create(`hash${index}`, { userId: index });
    const plans = explained(app);
    await engine.list(1);
    await engine.end({ userId: 1 }, 'revoked');
    await engine.end({ familyId: 'device' }, 'revoked');
    app.clock.advance(31 * MINUTE);
    await engine.expire({ limit: 2 });
    for (const { sql, indexes } of await plans()) {
      const wanted = /\bid_hash"? (=|IN)/.test(sql)
        ? 'sqlite_autoindex_sessions_1'
        : /\bfamily_id"? =/.test(sql)
          ? 'ix_sessions_family_id'
          : /\buser_id"? =/.test(sql)
            ? 'ix_sessions_user_id'
            : 'ix_sessions_ended_at';
      expect({ sql, indexes }).toEqual({ sql, indexes: [wanted] });
    }
  });
});

/** The indexes that SQLite uses to look up sessions, for each statement from now on. */
function explained({ app, dataSource }: TestApp) {
  const seen: [string, unknown[] | undefined][] = [];
  const logger: Logger = { ...quietLogger, logQuery: (sql, parameters) => seen.push([sql, parameters]) };
  dataSource.logger = logger;
  app.get<DataSource>(WRITER, { strict: false }).logger = logger;

  return async () => {
    const asked = seen.splice(0).filter(([sql]) => /^(SELECT|UPDATE)\b/.test(sql));
    const plans = asked.map(async ([sql, parameters]) => {
      const steps = await dataSource.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, parameters);
      const indexes = steps.flatMap(
        ({ detail }) => /USING (?:COVERING )?INDEX (\w+)/.exec(detail)?.[1] ?? [],
      );
      return {
        sql: sql.replace(/^SELECT .* FROM/, 'SELECT … FROM').replace(/ SET .* WHERE/, ' … WHERE'),
        indexes,
      };
    });
    return Promise.all(plans);
  };
}
