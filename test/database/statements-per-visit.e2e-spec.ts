import { PASSWORD, TestApp } from '../support/app';
import { written } from '../support/audit';
import { statements } from '../support/probes';

/** Tables of visits. Audit entries are written in batches, and timers read other tables. */
const TABLES =
  /\b(?:FROM|INTO|UPDATE) "?(users|sessions|messages|submissions|username_skeletons|freed_usernames|throttle_counters)\b/;

/** `SELECT users` and the like, and `BEGIN` of each transaction. */
function kindsOf(seen: string[]): string[] {
  return seen.flatMap((sql) => {
    if (/^(BEGIN|START TRANSACTION)/.test(sql)) return ['BEGIN'];
    const table = TABLES.exec(sql)?.[1];
    if (table === undefined) return [];
    const verb = /\b(INSERT|UPDATE|DELETE)\b/.exec(sql.replace('FOR UPDATE', ''))?.[1] ?? 'SELECT';
    return [`${verb} ${table}`];
  });
}
const withoutFrames = (kinds: string[]) => kinds.filter((kind) => kind !== 'BEGIN');

/** What a visit costs must not creep up unnoticed. */
describe('The statements of a visit are', () => {
  let app: TestApp;
  let userId: number;
  let agent: ReturnType<TestApp['agent']>;

  const credentials = { username: 'ada', password: PASSWORD };
  const logIn = () => agent.post('/api/v1/auth/login').send(credentials).expect(200);
  async function during(visit: () => PromiseLike<unknown>): Promise<string[]> {
    await written(app);
    const seen = statements(app);
    await visit();
    await written(app);
    return kindsOf(seen);
  }

  async function begin(environment: Record<string, string> = {}): Promise<void> {
    app = await TestApp.start({ SESSION_CACHE: '1000', ...environment });
    ({ id: userId, agent } = await app.user('ada'));
    await agent.get('/api/v1/auth/me').expect(200);
  }
  afterEach(() => app.close());

  it('two in one transaction for a post', async () => {
    await begin();
    const post = () => agent.post(`/api/v1/users/${userId}/messages`).send({ content: 'Hello' }).expect(201);
    expect(await during(post)).toEqual(['BEGIN', 'SELECT users', 'INSERT messages']);
  });

  it('three for a log-in, and one transaction for its audit entry', async () => {
    await begin();
    await agent.post('/api/v1/auth/logout').expect(204);
    const kinds = await during(logIn);
    expect(withoutFrames(kinds)).toEqual(['SELECT users', 'INSERT sessions', 'SELECT sessions']);
    expect(kinds.length - 3).toBe(1);
  });

  it('one for a log-out beside the cached session, and one transaction for its audit entry', async () => {
    await begin();
    const kinds = await during(() => agent.post('/api/v1/auth/logout').expect(204));
    // The body of the request may come after its session, which is then asked for once more: from the cache.
    expect(withoutFrames(kinds)).toEqual(['UPDATE sessions']);
    expect(kinds.length - 1).toBe(1);
  });

  it('four in one transaction for a sign-up', async () => {
    await begin();
    const signup = () =>
      app.agent().post('/api/v1/auth/signup').send({ username: 'grace', password: PASSWORD }).expect(201);
    const kinds = await during(signup);
    expect(withoutFrames(kinds)).toEqual([
      'INSERT users',
      'SELECT username_skeletons',
      'INSERT username_skeletons',
      'SELECT freed_usernames',
    ]);
    expect(kinds.length - 4).toBe(2); // its own and that of the audit entry
  });

  it('three of the throttle before the password of a log-in is checked on a known device, and three after', async () => {
    await begin({ THROTTLE: 'on' });
    await agent.post('/api/v1/auth/logout').expect(204);
    const kinds = await during(logIn);
    const ofThrottle = kinds.filter((kind) => kind.endsWith('throttle_counters'));
    expect(ofThrottle).toEqual([
      ...['INSERT throttle_counters', 'INSERT throttle_counters'],
      ...['UPDATE throttle_counters', 'DELETE throttle_counters'],
      'INSERT throttle_counters',
    ]);
    expect(kinds.length - ofThrottle.length - 3).toBe(3); // count, take back, audit entry
  });
});
