import { Controller, Get, Module, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Settings } from '../../src/index';
import { applicationWith, BASE_URL, PASSWORD, TestApp } from '../support/app';
import { Wire, type WireAnswer, type WireRequest } from '../support/wire';

/** An application's own closed routes. */
@Controller('api/invoices')
class InvoicesController {
  @Get()
  list(@Req() { principal, session }: Request): object {
    return { user: principal?.username, seen: session.counters };
  }

  @Post()
  create(@Req() { session }: Request): object {
    session.counters = { ...session.counters, made: 1 };
    return {};
  }
}

@Module({ controllers: [InvoicesController] })
class InvoicesModule {}

const NEW_PASSWORD = 'another battery staple, correct';
const LOGIN = '/api/v1/auth/login';
const ME = '/api/v1/auth/me';
const ada = { username: 'ada', password: PASSWORD };

describe('With bearer: true', () => {
  let app: TestApp;
  let wire: Wire;

  beforeAll(async () => {
    app = await TestApp.start({ BEARER: 'on' }, [], applicationWith(InvoicesModule));
    wire = await Wire.open(app.port);
    await app.signUp('ada');
  });
  afterAll(async () => {
    wire.close();
    await app.close();
  });

  const post = (path: string, json: unknown, headers: Record<string, string> = {}) =>
    wire.ask({ method: 'POST', path, json, headers });
  const logIn = async (credentials = ada) => {
    const answer = await post(LOGIN, { ...credentials, session: 'bearer' });
    expect(answer.status).toBe(200);
    return (JSON.parse(answer.text) as { sessionId: string }).sessionId;
  };
  const bearer = (id: string) => ({ Authorization: `Bearer ${id}` });
  const get = (path: string, headers: Record<string, string>, cookie?: string) =>
    wire.ask({ path, headers, cookie });
  const cookieOf = async () =>
    (await wire.ask({ method: 'POST', path: LOGIN, json: ada, headers: { Origin: BASE_URL } })).cookie(
      'sid',
    )!;
  const newId = (answer: WireAnswer) => answer.header('x-session-id')!;

  it('a log-in that asks for it gets its session ID in the body, and no cookie', async () => {
    const answer = await post(LOGIN, { ...ada, session: 'bearer' });
    const { sessionId, username } = JSON.parse(answer.text) as Record<string, string>;
    expect(username).toBe('ada');
    expect(sessionId).toMatch(/^[\w-]{43}\.[\w+/]{43}$/);
    expect(newId(answer)).toBe(sessionId);
    expect(answer.header('set-cookie')).toBeUndefined();
    expect(answer.header('cache-control')).toBe('no-store');
  });

  it('a log-in that does not ask for it gets a cookie, and no ID', async () => {
    const answer = await post(LOGIN, ada);
    expect(answer.cookie('sid')).toBeDefined();
    expect(newId(answer)).toBeUndefined();
    expect(JSON.parse(answer.text)).not.toHaveProperty('sessionId');
  });

  it('a client reads, writes and logs out without an origin or a token', async () => {
    const headers = bearer(await logIn());
    expect((await get(ME, headers)).status).toBe(200);
    expect((await post('/api/invoices', {}, headers)).status).toBe(201);
    const own = await get('/api/invoices', headers);
    expect(JSON.parse(own.text)).toEqual({ user: 'ada', seen: { made: 1 } });
    expect(own.header('set-cookie') ?? newId(own)).toBeUndefined();
    const logout = await wire.ask({ method: 'POST', path: '/api/v1/auth/logout', headers });
    expect([logout.status, logout.header('set-cookie')]).toEqual([204, undefined]);
    expect((await get(ME, headers)).status).toBe(401);
  });

  it('the ID changes at step-up and password change; the new one comes in X-Session-Id, and the former is over', async () => {
    await app.signUp('eve');
    let id = await logIn({ ...ada, username: 'eve' });
    for (const [path, json] of [
      ['/api/v1/auth/reauthenticate', { password: PASSWORD }],
      ['/api/v1/auth/password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }],
    ] as const) {
      const answer = await post(path, json, bearer(id));
      expect([answer.status, answer.header('set-cookie')]).toEqual([204, undefined]);
      expect(answer.header('cache-control')).toBe('no-store');
      const former = id;
      id = newId(answer);
      expect(id).not.toBe(former);
      expect((await get(ME, bearer(former))).status).toBe(401);
      expect((await get(ME, bearer(id))).status).toBe(200);
    }
  });

  it('a log-in with the header of a live session continues it under a new ID', async () => {
    const former = await logIn();
    await post('/api/invoices', {}, bearer(former));
    const answer = await post(LOGIN, ada, bearer(former));
    const { sessionId } = JSON.parse(answer.text) as { sessionId: string };
    expect(answer.header('set-cookie')).toBeUndefined();
    expect((await get(ME, bearer(former))).status).toBe(401);
    const { text } = await get('/api/invoices', bearer(sessionId));
    expect(JSON.parse(text)).toMatchObject({ seen: { made: 1 } });
  });

  it('a session is listed, counted, revoked and expired as one with a cookie', async () => {
    await app.signUp('lin');
    const lin = { ...ada, username: 'lin' };
    const [one, other] = [await logIn(lin), await logIn(lin)];
    const list = JSON.parse((await get('/api/v1/auth/sessions', bearer(one))).text) as {
      items: { id: string; current: boolean }[];
    };
    expect(list.items.map(({ current }) => current).sort()).toEqual([false, true]);
    const path = `/api/v1/auth/sessions/${list.items.find(({ current }) => !current)!.id}`;
    expect((await wire.ask({ method: 'DELETE', path, headers: bearer(one) })).status).toBe(204);
    const revoked = await get(ME, bearer(other));
    expect([revoked.status, JSON.parse(revoked.text).reason]).toEqual([401, 'revoked']);
    app.clock.advance(31 * 60_000);
    const expired = await get(ME, bearer(one));
    expect([expired.status, JSON.parse(expired.text).reason]).toEqual([401, 'idle']);
  });

  describe('the header', () => {
    let id: string;
    let cookie: string;
    beforeAll(async () => {
      id = await logIn();
      cookie = await cookieOf();
    });

    it.each([
      ['in lower case', (token: string) => `bearer ${token}`],
      ['in upper case', (token: string) => `BEARER ${token}`],
      ['with several spaces', (token: string) => `Bearer   ${token}`],
      ['with spaces around', (token: string) => `  Bearer ${token}  `],
    ])('is understood %s', async (_, header) => {
      expect((await get(ME, { Authorization: header(id) })).status).toBe(200);
    });

    it.each([
      ['alone', () => 'Bearer'],
      ['with a tab', (token: string) => `Bearer\t${token}`],
      ['with another word', (token: string) => `Bearer ${token} x`],
      ['in quotation marks', (token: string) => `Bearer "${token}"`],
      ['with the prefix of the cookie', (token: string) => `Bearer s:${token}`],
      ['percent-encoded', (token: string) => `Bearer s%3A${encodeURIComponent(token)}`],
      ['with another signature', (token: string) => `Bearer ${token.slice(0, -2)}AA`],
      ['without a signature', (token: string) => `Bearer ${token.split('.')[0]}`],
      ['with a line that tries to be a cookie', (token: string) => `Bearer x;sid=s:${token}`],
      ['of 8 kB', () => `Bearer ${'x'.repeat(8_000)}`],
    ])('makes a guest %s, and never falls back to the cookie', async (_, header) => {
      const answer = await get(ME, { Authorization: header(id) }, cookie);
      expect(answer.status).toBe(401);
      expect(answer.header('www-authenticate')).toBe('Bearer error="invalid_token"');
      expect(answer.header('set-cookie') ?? newId(answer)).toBeUndefined();
      expect(answer.text).not.toContain(id.split('.')[0]);
    });

    it('wins over a cookie, which the response neither renews nor clears', async () => {
      const eve = await cookieOf();
      const headers = bearer(id);
      const cookies = `${eve}; remember=x.y.z; device=x; flash=x`;
      const answer = await get(ME, headers, cookies);
      expect([answer.status, answer.header('set-cookie')]).toEqual([200, undefined]);
      const logout = { method: 'POST', path: '/api/v1/auth/logout', headers: bearer(await logIn()) };
      expect((await wire.ask({ ...logout, cookie: cookies })).header('set-cookie')).toBeUndefined();
      expect((await get(ME, {}, eve)).status).toBe(200);
    });

    it('of another scheme changes nothing', async () => {
      for (const other of ['Basic YTpi', 'Digest x', 'BearerX y', 'Token Bearer', ''])
        expect((await get(ME, { Authorization: other }, cookie)).status).toBe(200);
    });

    it('may come once', async () => {
      const twice = (first: string, second: string) =>
        get(ME, { Authorization: first, authorization: second });
      for (const [first, second] of [
        [`Bearer ${id}`, `Bearer ${id}`],
        [`Bearer ${id}`, 'Basic YTpi'],
        ['Basic YTpi', `Bearer ${id}`],
      ])
        expect((await twice(first, second)).status).toBe(400);
    });

    it('does not log in on a page, where no cookie counts beside it either', async () => {
      for (const sent of [undefined, cookie]) {
        const page = await get('/users/welcome', bearer(id), sent);
        expect([page.status, page.header('location')]).toEqual([303, '/users/login?next=%2Fusers%2Fwelcome']);
      }
      const form = { method: 'POST', path: '/users/login', form: ada };
      const foreign = await wire.ask({
        ...form,
        headers: { ...bearer(id), Origin: 'https://evil.example' },
      });
      expect(foreign.status).toBe(403);
      const own = await wire.ask({ ...form, headers: { ...bearer(id), Origin: BASE_URL } });
      expect([own.cookie('sid') !== undefined, newId(own)]).toEqual([true, undefined]);
    });

    it('needs no origin', async () => {
      for (const [name, value] of [
        ['Origin', 'https://evil.example'],
        ['Sec-Fetch-Site', 'cross-site'],
      ])
        expect((await post('/api/invoices', {}, { ...bearer(id), [name]: value })).status).toBe(201);
      const guest = { ...bearer('x'), Origin: 'https://evil.example' };
      expect((await post('/api/invoices', {}, guest)).status).toBe(401);
    });
  });

  it('a guest of the API is told the scheme', async () => {
    expect((await get(ME, {})).header('www-authenticate')).toBe('Bearer');
  });

  it.each([
    [{ session: 'bearer', remember: true }, {}, 'remember'],
    [{ remember: true }, bearer('x'), 'remember'],
    [{ session: 'cookie' }, {}, 'session'],
    [{ session: ['bearer'] }, {}, 'session'],
    [{ session: true }, {}, 'session'],
  ])('a log-in with %j and the headers %j is refused beside its field', async (fields, headers, field) => {
    const answer = await post(LOGIN, { ...ada, ...fields }, headers);
    expect(answer.status).toBe(422);
    expect(Object.keys(JSON.parse(answer.text).errors)).toEqual([field]);
    expect(answer.header('set-cookie') ?? newId(answer)).toBeUndefined();
  });

  it.each([
    ['fails', { ...ada, password: 'wrong' }, 401],
    ['is refused', { ...ada, remember: true }, 422],
    ['succeeds', ada, 200],
  ])(
    "a log-in in a browser that %s does not hand out the ID of its cookie's session",
    async (_, fields, status) => {
      const cookie = await cookieOf();
      const json = { ...fields, session: 'bearer' };
      const answer = await wire.ask({
        method: 'POST',
        path: LOGIN,
        json,
        cookie,
        headers: { Origin: BASE_URL },
      });
      expect([answer.status, answer.header('set-cookie')]).toEqual([status, undefined]);
      expect(newId(answer) === undefined).toBe(status !== 200);
      const id = decodeURIComponent(cookie).slice('sid=s:'.length);
      expect(JSON.stringify([answer.headers, answer.text])).not.toContain(id.split('.')[0]);
      expect((await get(ME, {}, cookie)).status).toBe(200);
    },
  );

  it('a wrong password gets neither a cookie nor an ID', async () => {
    const answer = await post(LOGIN, { ...ada, password: 'wrong', session: 'bearer' });
    expect(answer.status).toBe(401);
    expect(answer.header('set-cookie') ?? newId(answer)).toBeUndefined();
  });

  it('a repeated log-in with one Idempotency-Key gets a session of its own, as no ID is stored', async () => {
    const key = { 'Idempotency-Key': 'a-key-of-this-test-1' };
    const ids = [];
    for (let tries = 0; tries < 2; tries += 1) {
      const answer = await post(LOGIN, { ...ada, session: 'bearer' }, key);
      expect([answer.status, answer.header('set-cookie')]).toEqual([200, undefined]);
      ids.push((JSON.parse(answer.text) as { sessionId: string }).sessionId);
    }
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect((await get(ME, bearer(id))).status).toBe(200);
  });

  it('a repeated step-up whose answer was lost gets a live ID', async () => {
    const id = await logIn();
    const headers = { ...bearer(id), 'Idempotency-Key': 'a-key-of-this-test-2' };
    const stepUp = () => post('/api/v1/auth/reauthenticate', { password: PASSWORD }, headers);
    await stepUp();
    const again = await stepUp();
    expect([again.status, again.header('set-cookie')]).toEqual([204, undefined]);
    expect((await get(ME, bearer(newId(again)))).status).toBe(200);
  });

  it('an ID that a former SESSION_SECRET signed is valid, and renewed', async () => {
    const id = await logIn();
    const [secret] = app.app.get(Settings).sessionSecrets;
    const rotated = await app.another({ SESSION_SECRET: `a new secret with enough characters,${secret}` });
    const other = await Wire.open(rotated.port);
    const request: WireRequest = { path: ME, headers: bearer(id) };
    const answer = await other.ask(request);
    expect([answer.status, answer.header('set-cookie')]).toEqual([200, undefined]);
    expect(newId(answer).split('.')[0]).toBe(id.split('.')[0]);
    expect(
      (await other.ask({ path: ME, headers: bearer(newId(answer)) })).header('x-session-id'),
    ).toBeUndefined();
    other.close();
    await rotated.close();
  });

  it('no ID is given over plain HTTP if BASE_URL is https', async () => {
    const secure = await app.another({ BASE_URL: 'https://api.example.com', TRUST_PROXY: '1' });
    const other = await Wire.open(secure.port);
    const ask = (proto: string) =>
      other.ask({
        method: 'POST',
        path: LOGIN,
        json: { ...ada, session: 'bearer' },
        headers: { 'X-Forwarded-Proto': proto },
      });
    expect(newId(await ask('https'))).toBeDefined();
    const plain = await ask('http');
    expect([newId(plain), plain.text.includes('sessionId')]).toEqual([undefined, false]);
    other.close();
    await secure.close();
  });

  it('the description of the API has both schemes, and the fields', async () => {
    const { body } = await app.agent().get('/api/openapi.json').expect(200);
    const { securitySchemes, schemas } = body.components;
    expect(securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
    expect(body.paths['/api/v1/auth/me'].get.security).toEqual([{ session: [] }, { bearer: [] }]);
    expect(schemas.LoginDto.properties.session.enum).toEqual(['bearer']);
    expect(schemas.LoggedInDto.properties).toHaveProperty('sessionId');
  });
});

describe('With bearer: false', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  it('the header changes nothing', async () => {
    const agent = await app.loggedIn('ada');
    const answer = await agent.get(ME).set('Authorization', 'Bearer x').expect(200);
    expect(answer.headers).not.toHaveProperty('x-session-id');
    const guest = await app.agent().get(ME).set('Authorization', 'Bearer x').expect(401);
    expect(guest.headers).not.toHaveProperty('www-authenticate');
    await agent
      .post('/api/v1/auth/logout')
      .set({ Authorization: 'Bearer x', Origin: 'https://evil.example' })
      .expect(403);
  });

  it('a log-in that asks for an ID is refused, and no description names it', async () => {
    const { body } = await app
      .agent()
      .post(LOGIN)
      .send({ ...ada, session: 'bearer' })
      .expect(422);
    expect(body.errors).toEqual({ session: ['Bearer sessions are off.'] });
    const { text } = await app.agent().get('/api/openapi.json');
    expect(text).not.toMatch(/bearer/i);
  });
});
