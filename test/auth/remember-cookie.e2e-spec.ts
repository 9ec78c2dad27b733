import { TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';
import { setCookie } from '../support/page';
import { countSessions } from '../support/probes';

const HTTPS = { BASE_URL: 'https://localhost:3000', TRUST_PROXY: '1' };
const OLD = 'an old secret that has been in use for a year';
const NEW = 'a new secret that has just been put in front';
const CLEARED = 'remember=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax';

describe('The cookie of a remembered device', () => {
  let app: TestApp;
  let secure: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ SESSION_SECRET: OLD });
    secure = await app.another(HTTPS);
    for (const name of ['ada', 'mallory']) await app.signUp(name);
  });
  afterAll(() => app.close());

  /** A browser that was closed after its user ticked the box: only this cookie is left. */
  async function remembered(instance = app, username = 'ada'): Promise<CookieJar> {
    const jar = new CookieJar();
    await jar.logIn(instance, username, 'on');
    for (const name of jar.cookies.keys()) if (!name.includes('remember')) jar.cookies.delete(name);
    return jar;
  }
  const livingFamilies = () =>
    app.dataSource
      .query<{ n: number | string }[]>('SELECT count(*) AS n FROM remember_families WHERE ended_at IS NULL')
      .then(([{ n }]) => Number(n));

  it('is signed by the new secret at its next use, and then survives the removal of the old one', async () => {
    const [used, unused] = [await remembered(), await remembered()];
    const rotated = await app.another({ SESSION_SECRET: `${NEW},${OLD}` });
    expect((await used.open(rotated)).status).toBe(200);
    used.cookies.delete('sid');

    const after = await app.another({ SESSION_SECRET: NEW });
    expect((await used.open(after)).status).toBe(200);
    expect((await unused.open(after)).status).toBe(303);
  });

  it('logs its device in after the move to https, as `__Host-remember` from then on', async () => {
    const jar = await remembered();
    const page = await jar.open(secure);
    expect(page.status).toBe(200);
    expect(setCookie(page, '__Host-remember')).toMatch(/; Max-Age=\d+; Path=\/; .*HttpOnly; Secure;/);
    expect(setCookie(page, 'remember')).toBe(CLEARED);
    expect([...jar.cookies.keys()].sort()).toEqual(['__Host-remember', '__Host-sid']);
    jar.cookies.delete('__Host-sid');
    expect((await jar.open(secure)).status).toBe(200);
  });

  it('is cleared under both names at log-out after the move, and revoked', async () => {
    const jar = await remembered();
    const before = await livingFamilies();
    const answer = await jar.submit(secure, '/users/logout');
    expect(setCookie(answer, 'remember')).toBe(CLEARED);
    expect(await livingFamilies()).toBe(before - 1);
  });

  it('issued over https is ignored under the name `remember`, and revokes nothing', async () => {
    const hers = await remembered(secure, 'mallory');
    const planted = new CookieJar();
    planted.cookies.set('remember', hers.cookies.get('__Host-remember') ?? '');
    const [sessions, families] = [await countSessions(app), await livingFamilies()];
    const page = await planted.open(secure);
    expect(page.status).toBe(303);
    expect(page.headers['set-cookie']).not.toContainEqual(expect.stringContaining('remember'));
    expect([await countSessions(app), await livingFamilies()]).toEqual([sessions, families]);
    expect((await hers.open(secure)).status).toBe(200);
  });

  it('of the old name is ignored beside `__Host-remember`, or when two of them differ', async () => {
    const [own, hers, more] = [
      await remembered(secure, 'ada'),
      await remembered(app, 'mallory'),
      await remembered(app, 'mallory'),
    ];
    own.cookies.set('remember', hers.cookies.get('remember') ?? '');
    expect((await own.open(secure)).text).toContain('ada');

    const twice = `${hers.header}; ${more.header}`;
    const page = await secure.agent().get('/users/welcome').set('Cookie', twice);
    expect(page.status).toBe(303);
    expect((await more.open(secure)).status).toBe(200);
  });

  it('of the old name still requires a CSRF token from a client that sends no origin', async () => {
    const jar = await remembered();
    const post = (cookie: string) =>
      secure
        .agent()
        .post('/lab/counter')
        .unset('Origin')
        .set('X-Forwarded-Proto', 'https')
        .set('Cookie', cookie);
    await post(jar.header).expect(403);
    await post('remember=of-another-application; sid=of-another-application').expect(303);
  });
});
