import { PASSWORD, TestApp } from '../support/app';
import { cookiePair } from '../support/page';
import { tellFigures } from '../support/figures';
import { IS_FULL, TIMEOUT_MS } from './program';
import { sqlmap, sqlmapRequests } from './sqlmap';
import { Traffic } from './traffic';
import { GUESSABLE, VulnerableApp } from './vulnerable-app';

/** The first finding in each request; it then stops. */
const HOLES = [['cursor'], ['cursor'], ['username'], ['#1*'], ['JSON content'], ['JSON username']];

describe('sqlmap', () => {
  let vulnerable: VulnerableApp;
  let app: TestApp;
  let traffic: Traffic;
  let before: unknown;

  /** The rename request may change a name; no password may change. */
  const hashes = () => app.dataSource.query('SELECT id, password_hash FROM users ORDER BY id');

  beforeAll(async () => {
    vulnerable = await VulnerableApp.start();
    app = await TestApp.startForBrowser();
    traffic = new Traffic(app.server);
    const ada = await app.user('ada');
    await app.signUp('grace');
    for (const content of ['First', 'Second'])
      await ada.agent.post(`/api/v1/users/${ada.id}/messages`).send({ content }).expect(201);
    before = await hashes();
  });
  afterAll(async () => {
    await vulnerable.close();
    await app.close();
  });

  /** sqlmap does not distinguish two parameters of one name, and accepts new cookies like a browser. */
  async function cookie(): Promise<string> {
    const login = await app.agent().post('/api/v1/auth/login').send({ username: 'ada', password: PASSWORD });
    return cookiePair(login, 'sid');
  }

  it.each(sqlmapRequests('ada', GUESSABLE).map((request, n) => [request.path, request, HOLES[n]] as const))(
    'gets into the vulnerable app at %s',
    async (_path, request, holes) => {
      expect(await sqlmap(vulnerable.url, request)).toEqual(holes);
    },
    TIMEOUT_MS,
  );

  it.each(sqlmapRequests('ada', PASSWORD).map((request) => [request.path, request] as const))(
    'finds no way in at %s',
    async (path, request) => {
      const earlier = traffic.count;
      expect(await sqlmap(app.baseUrl, request, request.loggedIn ? await cookie() : undefined)).toEqual([]);
      tellFigures(`sqlmap ${request.method ?? ''} ${path}`, { requests: traffic.count - earlier });
      expect(traffic.count - earlier).toBeGreaterThan(IS_FULL ? 100 : 20);
      // A refusal for a missing log-in or as cross-site would mean that nothing was tested.
      expect(traffic.statuses('/api/v1/users')).not.toMatchObject({ 401: expect.any(Number) });
      expect(traffic.statuses()).not.toMatchObject({ 403: expect.any(Number) });
    },
    TIMEOUT_MS,
  );

  it('does not change the data, and causes no 5xx', async () => {
    tellFigures('sqlmap', traffic.statuses());
    expect(traffic.failures).toEqual([]);
    expect(await hashes()).toEqual(before);
    const [first] = await app.dataSource.query('SELECT content FROM messages WHERE id = 1');
    expect(first).toEqual({ content: 'First' });
  });
});
