import { DataSource } from 'typeorm';
import { SecurityEventBus } from '../../src/events/bus/security-event-bus';
import { PASSWORD, TestApp } from '../support/app';
import { entries, type StoredEntry, verify, written } from '../support/audit';
import { logIn } from '../support/outage';
import { quietLogger } from '../support/probes';

const timesOf = ({ details }: StoredEntry) => (JSON.parse(details) as { times?: number }).times ?? 1;

describe('A flood of refused requests', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ TRUST_PROXY: 'loopback', AUDIT_REFUSALS: '20' });
  });
  afterEach(() => app.close());

  /** A POST that another site makes a browser send. */
  const forged = (ip: string, userAgent: string) =>
    app
      .agent()
      .post('/users/login')
      .set({ Origin: 'https://evil.example', 'X-Forwarded-For': ip, 'User-Agent': userAgent })
      .type('form')
      .send({ username: 'ada' })
      .expect(403);

  async function refused(): Promise<{ single: StoredEntry[]; counted: StoredEntry[] }> {
    const rows = await entries(app);
    return {
      single: rows.filter(({ name }) => name === 'access.denied'),
      counted: rows.filter(({ name }) => name === 'audit.refusalsCounted'),
    };
  }

  it('from one source creates 20 entries and one with the number of the others, whatever the user agents', async () => {
    for (let n = 0; n < 120; n++) await forged('203.0.113.7', `Flood/${n}`);
    const { single, counted } = await refused();
    expect(single).toHaveLength(20);
    expect(counted).toHaveLength(1);
    expect(counted[0]).toMatchObject({ user_id: null, ip: '203.0.113.7' });
    expect(JSON.parse(counted[0].details)).toMatchObject({ refusals: { 'access.denied': 100 } });
    expect((await verify(app)).findings).toEqual([]);
  });

  it('from addresses of one IPv6 network counts as one source', async () => {
    for (let n = 1; n <= 40; n++) await forged(`2001:db8:1:2::${n.toString(16)}`, `Flood/${n}`);
    expect((await refused()).single).toHaveLength(20);
  });

  it('does not suppress events of another source', async () => {
    for (let n = 0; n < 40; n++) await forged('203.0.113.7', `Flood/${n}`);
    await forged('198.51.100.9', 'Quiet/1.0');
    const { single } = await refused();
    expect(single.filter(({ ip }) => ip === '198.51.100.9')).toHaveLength(1);
  });

  it('of one account counts as one, from however many sources', async () => {
    const { id, agent } = await app.user('ada');
    for (let n = 0; n < 40; n++)
      await agent.delete('/api/v1/users/424242').set('X-Forwarded-For', `203.0.113.${n}`).expect(403);
    const { single, counted } = await refused();
    expect(single.reduce((sum, row) => sum + timesOf(row), 0)).toBe(20);
    expect(counted.map(({ user_id, actor_id }) => [user_id, actor_id])).toEqual([[id, id]]);
  });

  it('from many sources creates a bounded number of entries, and every refusal is counted', async () => {
    const bus = app.app.get(SecurityEventBus, { strict: false });
    for (let n = 0; n < 3_000; n++) {
      const request = { ip: `10.${n >> 8}.${n & 255}.1`, headers: { 'user-agent': `Flood/${n}` } };
      const details = { userId: null, because: 'origin', method: 'POST', route: null } as const;
      bus.publish('access.denied', details, request as never);
    }
    await written(app);
    const { single, counted } = await refused();
    expect(single.length + counted.length).toBeLessThanOrEqual(700);
    const sum = counted.map(
      ({ details }) =>
        (JSON.parse(details) as { refusals: Record<string, number> }).refusals['access.denied'],
    );
    expect(single.length + sum.reduce((one, other) => one + other, 0)).toBe(3_000);
  });

  it('of log-ins with unknown names is counted as well, and does not hide a wrong password for an account', async () => {
    const id = await app.signUp('ada');
    const attempt = (username: string) =>
      app
        .agent()
        .post('/api/v1/auth/login')
        .set('X-Forwarded-For', '203.0.113.7')
        .send({ username, password: 'wrong' })
        .expect(401);
    for (let n = 0; n < 30; n++) await attempt(`stranger${n}`);
    await attempt('ada');
    const failed = (await entries(app)).filter(({ name }) => name === 'auth.loginFailed');
    expect(failed.map(({ user_id }) => user_id)).toEqual([...Array<null>(20).fill(null), id]);
    const { counted } = await refused();
    expect(JSON.parse(counted[0].details)).toMatchObject({ refusals: { 'auth.loginFailed': 10 } });
  });

  it('writes a bounded number of log lines', async () => {
    const lines: string[] = [];
    const write = jest
      .spyOn(process.stdout, 'write')
      .mockImplementation((part) => lines.push(String(part)) > 0);
    try {
      for (let n = 0; n < 60; n++) await forged('203.0.113.7', `Flood/${n}`);
      await written(app);
    } finally {
      write.mockRestore();
    }
    expect(lines.filter((line) => line.includes('access.denied')).length).toBeLessThanOrEqual(21);
  });
});

describe('While the audit log is full', () => {
  let app: TestApp;
  let holder: DataSource;
  let release: () => Promise<void>;

  beforeEach(async () => {
    app = await TestApp.start();
    const url = app.environment.DATABASE_URL!;
    holder = await new DataSource(
      url.startsWith('sqlite:')
        ? { type: 'sqlite', database: url.slice('sqlite:'.length) }
        : { type: 'postgres', url },
    ).initialize();
    holder.logger = quietLogger;
    release = async () => undefined;
  });
  afterEach(async () => {
    await release();
    await holder.destroy();
    await app.close();
  });

  /** The audit log cannot be written, but everything else can. */
  async function stopTheChain(): Promise<void> {
    const isSqlite = holder.options.type === 'sqlite';
    await holder.query(
      isSqlite
        ? "CREATE TRIGGER jam BEFORE INSERT ON security_events BEGIN SELECT RAISE(ABORT, 'jammed'); END"
        : 'ALTER TABLE security_events ADD CONSTRAINT jam CHECK (false) NOT VALID',
    );
    release = async () => {
      await holder.query(isSqlite ? 'DROP TRIGGER jam' : 'ALTER TABLE security_events DROP CONSTRAINT jam');
      release = async () => undefined;
    };
  }

  function fill(times = 10_000): void {
    const bus = app.app.get(SecurityEventBus, { strict: false });
    for (let userId = 1; userId <= times; userId++) bus.publish('user.enabled', { userId });
  }

  it('an action that must be recorded is refused beforehand, reads work, and no event is lost', async () => {
    const id = await app.signUp('ada');
    const { sid, remember } = await logIn(app, 'ada');
    const before = (await entries(app)).length;
    await stopTheChain();
    fill();

    const as = () => app.agent().set('Cookie', sid);
    for (const refused of [
      as().patch(`/api/v1/users/${id}`).send({ username: 'countess' }),
      as().post('/api/v1/auth/logout'),
      as().get('/users/logout').set('Accept', 'text/html').set('Sec-Fetch-Site', 'same-origin'),
      app.agent().post('/api/v1/auth/login').send({ username: 'ada', password: PASSWORD }),
      app.agent().post('/api/v1/auth/signup').send({ username: 'grace', password: PASSWORD }),
      app.agent().set('Cookie', remember).get('/users/welcome').set('Accept', 'text/html'),
    ]) {
      const answer = await refused;
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
      expect(answer.headers).not.toHaveProperty('set-cookie');
    }
    expect((await as().get('/api/v1/auth/me').expect(200)).body).toMatchObject({ username: 'ada' });
    await app.agent().get('/messages').set('Accept', 'text/html').expect(200);

    await release();
    await written(app);
    const users = await app.dataSource.query<{ username: string }[]>('SELECT username FROM users');
    expect(users).toEqual([{ username: 'ada' }]);
    expect(await entries(app)).toHaveLength(before + 10_000);
    await as().patch(`/api/v1/users/${id}`).send({ username: 'countess' }).expect(200);
    await app.agent().set('Cookie', remember).get('/users/welcome').set('Accept', 'text/html').expect(200);
  });

  it('every admitted action is recorded', async () => {
    await stopTheChain();
    fill(10_500);
    await release();
    const rows = await entries(app);
    expect(rows).toHaveLength(10_500);
    expect((await verify(app)).findings).toEqual([]);
  });
});

describe('An event that does not fit the table', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(() => app.close());

  it('of an unusual shape is recorded in one that fits', async () => {
    const bus = app.app.get(SecurityEventBus, { strict: false });
    bus.publish('user.enabled', { userId: 'not a number' as unknown as number });
    bus.publish('n'.repeat(100) as 'user.enabled', { userId: 2 ** 40 });
    const rows = await entries(app);
    expect(rows.map(({ name, user_id, details }) => [name, user_id, details])).toEqual([
      ['user.enabled', null, '{"userId":"not a number"}'],
      ['n'.repeat(64), null, `{"userId":${2 ** 40}}`],
    ]);
  });

  it('is replaced by an entry about it, and no other event is lost', async () => {
    const isSqlite = app.dataSource.options.type === 'sqlite';
    await app.dataSource.query(
      isSqlite
        ? "CREATE TRIGGER strict BEFORE INSERT ON security_events WHEN new.user_id = 13 BEGIN SELECT RAISE(ABORT, 'no'); END"
        : 'ALTER TABLE security_events ADD CONSTRAINT strict CHECK (user_id <> 13)',
    );
    const bus = app.app.get(SecurityEventBus, { strict: false });
    for (const userId of [12, 13, 14]) bus.publish('user.enabled', { userId });
    const rows = await entries(app);
    expect(rows.map(({ name, details }) => [name, details])).toEqual([
      ['user.enabled', '{"userId":12}'],
      ['audit.entryReplaced', '{"name":"user.enabled"}'],
      ['user.enabled', '{"userId":14}'],
    ]);
  });
});
