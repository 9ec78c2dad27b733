import { createHmac } from 'node:crypto';
import { BASE_URL, PASSWORD, TestApp } from '../support/app';
import { type Route, routes } from '../support/routes';
import { Wire, type WireAnswer } from '../support/wire';

const HOUR = 3_600_000;
const ORIGIN = { Origin: BASE_URL };
const LOGIN = { username: 'ada', password: PASSWORD };
const ID = 'A'.repeat(43);

const signedBy = (secret: string) =>
  `s:${ID}.${createHmac('sha256', secret).update(ID).digest('base64').replace(/=+$/, '')}`;

/** Cookies that never belonged to a session. */
const STRANGE = {
  empty: 'sid=',
  'of another application': 'sid=eyJ1c2VyIjoxfQ.aXY.c2ln',
  unsigned: `sid=${ID}`,
  'with half a signature': `sid=s%3A${ID}.`,
  'with a wrong signature': `sid=s%3A${ID}.${'B'.repeat(43)}`,
  'signed with another secret': `sid=${encodeURIComponent(signedBy('another secret'))}`,
  'of broken percent-encoding': 'sid=%E0%A4%A',
  'of JSON': 'sid=j%3A%7B%22a%22%3A1%7D',
  'of 3,000 characters': `sid=${'x'.repeat(3_000)}`,
  'for a remembered device, empty': 'remember=',
  'for a remembered device, of garbage': 'remember=garbage',
  'for a remembered device, unsigned': `remember=${'A'.repeat(22)}.${'B'.repeat(43)}.${'C'.repeat(43)}`,
};

/** Cookies that were valid once, by what ended them. */
const ONCE_GOOD = [
  'logged out',
  'expired',
  'ended by a new password',
  'of a deleted user',
  'forgotten by a log-out',
  'remembered until a new password',
] as const;

const KINDS = [...Object.keys(STRANGE), ...ONCE_GOOD];

/** A client with a cookie jar, such as curl or an HTTP library: it sends no origin. */
describe('A client with an invalid cookie', () => {
  let app: TestApp;
  let wire: Wire;
  let cookies: Record<string, string>;
  let changing: Route[];

  const login = (fields: object, cookie?: string) =>
    wire.ask({ method: 'POST', path: '/api/v1/auth/login', json: fields, cookie, headers: ORIGIN });
  const post = (path: string, cookie: string, fields: Record<string, string> = {}) =>
    wire.ask(
      path.startsWith('/api/')
        ? { method: 'POST', path, json: fields, cookie }
        : { method: 'POST', path, form: fields, cookie },
    );

  async function session(username: string): Promise<string> {
    return (await login({ username, password: PASSWORD })).cookie('sid')!;
  }

  async function device(username: string): Promise<string> {
    return (await login({ username, password: PASSWORD, remember: true })).cookie('remember')!;
  }

  async function changePassword(username: string): Promise<void> {
    const agent = await app.loggedIn(username);
    const body = { currentPassword: PASSWORD, newPassword: `${PASSWORD} again` };
    await agent.post('/api/v1/auth/password').send(body).expect(204);
  }

  beforeAll(async () => {
    app = await TestApp.start();
    wire = await Wire.open(app.port);
    for (const name of ['ada', 'grace', 'linus', 'edsger']) await app.signUp(name);

    const expired = await session('ada');
    app.clock.advance(13 * HOUR);
    const loggedOut = await session('ada');
    await wire.ask({ method: 'POST', path: '/users/logout', cookie: loggedOut, headers: ORIGIN });
    const ofFormerPassword = await session('grace');
    const rememberedBefore = await device('edsger');
    await changePassword('grace');
    await changePassword('edsger');
    const ofDeleted = await session('linus');
    const linus = await app.loggedIn('linus');
    const { body } = await linus.get('/api/v1/auth/me');
    await linus.delete(`/api/v1/users/${(body as { id: number }).id}`).expect(204);
    const remembered = await device('ada');
    await wire.ask({ method: 'POST', path: '/users/logout', cookie: remembered, headers: ORIGIN });

    cookies = {
      ...STRANGE,
      'logged out': loggedOut,
      expired,
      'ended by a new password': ofFormerPassword,
      'of a deleted user': ofDeleted,
      'forgotten by a log-out': remembered,
      'remembered until a new password': rememberedBefore,
    } satisfies Record<string, string>;
    changing = routes(app).filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method));
  });
  afterAll(async () => {
    wire.close();
    await app.close();
  });

  it.each(KINDS)('logs in again by the API, with a cookie %s', async (kind) => {
    const answer = await post('/api/v1/auth/login', cookies[kind], LOGIN);
    expect(answer.status).toBe(200);
    const me = await wire.ask({ path: '/api/v1/auth/me', cookie: answer.cookie('sid') });
    expect(JSON.parse(me.text)).toMatchObject({ username: 'ada' });
  });

  it.each(KINDS)('logs in again by the form, with a cookie %s', async (kind) => {
    const answer = await post('/users/login', cookies[kind], LOGIN);
    expect([answer.status, answer.header('location')]).toEqual([303, '/users/welcome']);
    const me = await wire.ask({ path: '/api/v1/auth/me', cookie: answer.cookie('sid') });
    expect(JSON.parse(me.text)).toMatchObject({ username: 'ada' });
  });

  it.each(KINDS)('is treated like one without a cookie on every state-changing route (%s)', async (kind) => {
    const told = ({ status, text }: WireAnswer, path: string) => [path, status, status === 403 ? text : ''];
    for (const { method, path } of changing) {
      const address = path.replace(/:\w+/g, '1');
      const isApi = address.startsWith('/api/');
      const sent = { method, path: address, ...(isApi ? { json: {} } : { form: {} }) };
      const answer = await wire.ask({ ...sent, cookie: cookies[kind] });
      expect(told(answer, path)).toEqual(told(await wire.ask(sent), path));
      expect(answer.status).not.toBe(403);
    }
    expect(changing.length).toBeGreaterThan(20);
  });

  it('can sign up and request a password reset', async () => {
    const fields = (username: string) => ({ username, password: PASSWORD });
    const cookie = cookies['logged out'];
    expect((await post('/api/v1/auth/signup', cookie, fields('barbara'))).status).toBe(201);
    expect((await post('/users/signup', cookie, fields('margaret'))).status).toBe(303);
    const email = { email: 'ada@example.com' };
    expect((await post('/api/v1/auth/password-reset', cookie, email)).status).toBe(204);
    expect((await post('/users/password-reset', cookie, email)).status).toBe(303);
  });

  it('is still refused from another site', async () => {
    for (const cookie of Object.values(cookies)) {
      for (const [name, value] of [
        ['Sec-Fetch-Site', 'cross-site'],
        ['Origin', 'https://evil.example'],
      ]) {
        const headers = { [name]: value };
        const sent = { method: 'POST', path: '/api/v1/auth/login', json: LOGIN, cookie };
        expect((await wire.ask({ ...sent, headers })).status).toBe(403);
      }
    }
  });

  it('needs the CSRF token if its session is live, and so does a remembered device', async () => {
    const live = [await session('ada'), await device('ada')];
    for (const cookie of live) {
      expect((await post('/api/v1/auth/logout', cookie)).status).toBe(403);
      expect((await post('/users/logout', cookie)).status).toBe(403);
      expect((await post('/api/v1/auth/login', cookie, LOGIN)).status).toBe(403);
    }
  });
});

describe('A remembered device beyond the session limit', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ SESSION_LIMIT: '1', SESSION_LIMIT_REACHED: 'refuse' });
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  it('is not revoked by a request without an origin', async () => {
    const wire = await Wire.open(app.port);
    const json = { ...LOGIN, remember: true };
    const sent = { method: 'POST', path: '/api/v1/auth/login', headers: ORIGIN };
    const cookie = (await wire.ask({ ...sent, json })).cookie('remember')!;
    app.clock.advance(HOUR);
    expect((await wire.ask({ ...sent, json: LOGIN })).status).toBe(200);

    const answer = await wire.ask({ method: 'POST', path: '/users/logout', form: {}, cookie });
    expect(answer.status).toBe(403);
    wire.close();
  });
});
