import { DataSource } from 'typeorm';
import { TestApp } from '../support/app';
import { countSessions } from '../support/probes';

describe('While the database is away', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(() => app.close());

  const isSqlite = () => app.dataSource.options.type === 'sqlite';

  /** PostgreSQL ends all connections and refuses new ones; SQLite's connection is closed. @returns how to undo it. */
  async function takeAway(): Promise<() => Promise<unknown>> {
    if (isSqlite()) {
      await app.dataSource.destroy();
      return () => app.dataSource.initialize();
    }
    const name = new URL(app.environment.DATABASE_URL!).pathname.slice(1);
    const server = await new DataSource({
      type: 'postgres',
      url: process.env.TEST_POSTGRES_URL,
    }).initialize();
    await server.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    return async () => {
      await server.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await server.destroy();
    };
  }

  it('it is live, but not ready: 503 names the database, and it is ready again when that is back', async () => {
    await app
      .agent()
      .get('/health/ready')
      .expect(200, { status: 'ok', details: { database: { status: 'up' }, sessionStore: { status: 'up' } } });
    const bringBack = await takeAway();
    const ready = await app.agent().get('/health/ready').expect(503);
    const down = { status: 'down' };
    expect(ready.body).toEqual({ status: 'error', details: { database: down, sessionStore: down } });
    await app.agent().get('/health/live').expect(200, { status: 'ok' });

    await bringBack();
    await app.agent().get('/health/ready').expect(200);
  });

  it('no request is authorized and no user becomes a guest, and everything recovers when it is back', async () => {
    const { agent } = await app.user('ada');
    const sessions = await countSessions(app);
    const bringBack = await takeAway();
    await agent.get('/users/welcome').expect(503);
    const problem = await agent.get('/api/v1/auth/me').expect(503);
    expect(problem.body).toMatchObject({ status: 503, title: 'Service Unavailable' });
    expect(problem.headers['set-cookie']).toBeUndefined();

    await bringBack();
    await agent.get('/api/v1/auth/me').expect(200);
    expect(await countSessions(app)).toBe(sessions);
  });

  it('pages without database access work, and others get 503 with a retry', async () => {
    const bringBack = await takeAway();
    await app.agent().get('/').expect(200);
    await app.agent().get('/users/login').expect(200);
    const page = await app.agent().get('/messages').set('Accept', 'text/html').expect(503);
    expect(page.text).toContain('Service Unavailable');
    for (const answer of [
      await app.agent().get('/api/v1/messages').expect(503),
      await app
        .agent()
        .post('/api/v1/auth/login')
        .send({ username: 'ada', password: 'whatever it is' })
        .expect(503),
    ]) {
      expect(answer.headers['retry-after']).toMatch(/^\d+$/);
      expect((answer.body as { detail: string }).detail).toContain('The database does not answer.');
      // What is wrong with it is for the log alone.
      expect(answer.text).not.toMatch(/sql|postgres|connection/i);
    }
    await bringBack();
    await app.agent().get('/messages').expect(200);
  });

  it('requests to a locked database time out', async () => {
    const { agent } = await app.user('ada');
    const other = await new DataSource(app.dataSource.options).initialize();
    const runner = other.createQueryRunner();
    await runner.query(isSqlite() ? 'BEGIN IMMEDIATE' : 'BEGIN');
    if (!isSqlite()) await runner.query('LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
    await agent.post('/lab/counter').expect(503);
    await runner.query('COMMIT');
    await agent.post('/lab/counter').expect(303);
    await runner.release();
    await other.destroy();
  });
});
