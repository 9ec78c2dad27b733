import { Consumer, PASSWORD } from '../support/consumer';
import type { Started } from '../support/process';

const SPA = 'http://localhost:5173';
const ada = { username: 'ada', password: PASSWORD };

describe('An application for a SPA on another origin and for mobile clients', () => {
  let consumer: Consumer | undefined;
  let started: Started;

  /** As a mobile client: without cookies, origin and redirects. */
  const send = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    fetch(started.url + path, {
      method,
      redirect: 'manual',
      headers: { ...(body && { 'Content-Type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
  const bearer = (id: string) => ({ Authorization: `Bearer ${id}` });

  beforeAll(async () => {
    consumer = await Consumer.installed('spa-and-mobile');
    started = await consumer.start();
    expect((await send('POST', '/api/v1/auth/signup', ada)).status).toBe(201);
  }, 180_000);
  afterAll(() => consumer?.remove());

  async function logIn(): Promise<string> {
    const response = await send('POST', '/api/v1/auth/login', { ...ada, session: 'bearer' });
    expect([response.status, response.headers.get('set-cookie')]).toEqual([200, null]);
    return ((await response.json()) as { sessionId: string }).sessionId;
  }

  it('lets a mobile client log in, read, write, change its password and log out', async () => {
    let headers = bearer(await logIn());
    expect((await send('POST', '/invoices', { total: 12 }, headers)).status).toBe(201);
    const change = { currentPassword: PASSWORD, newPassword: PASSWORD.toUpperCase() };
    const changed = await send('POST', '/api/v1/auth/password', change, headers);
    expect(changed.status).toBe(204);
    headers = bearer(changed.headers.get('x-session-id')!);
    const back = { currentPassword: PASSWORD.toUpperCase(), newPassword: PASSWORD };
    headers = bearer(
      (await send('POST', '/api/v1/auth/password', back, headers)).headers.get('x-session-id')!,
    );
    expect(await (await send('GET', '/invoices', undefined, headers)).json()).toEqual([
      { total: 12, owner: 'ada' },
    ]);
    expect((await send('POST', '/api/v1/auth/logout', undefined, headers)).status).toBe(204);
    const over = await send('GET', '/invoices', undefined, headers);
    expect([over.status, over.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ]);
  });

  it("gives a bearer session by the company's own log-in", async () => {
    const response = await send('POST', '/company-login', { ticket: 'ada' });
    expect([response.status, response.headers.get('set-cookie')]).toEqual([201, null]);
    const { sessionId } = (await response.json()) as { sessionId: string };
    expect((await send('GET', '/invoices', undefined, bearer(sessionId))).status).toBe(200);
  });

  it('lets its SPA use cookies on its own routes, and no other origin', async () => {
    const from = (origin: string) => ({ Origin: origin, 'Sec-Fetch-Site': 'same-site' });
    const login = await send('POST', '/api/v1/auth/login', ada, from(SPA));
    const cookies = login.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
    const Cookie = cookies.join('; ');
    const created = await send('POST', '/invoices', { total: 1 }, { ...from(SPA), Cookie });
    expect([created.status, created.headers.get('access-control-allow-origin')]).toEqual([201, SPA]);
    const foreign = await send(
      'POST',
      '/invoices',
      { total: 1 },
      { ...from('https://evil.example'), Cookie },
    );
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it('lets its SPA read that its JSON was malformed', async () => {
    const response = await fetch(`${started.url}/invoices`, {
      method: 'POST',
      body: '{"total":',
      headers: { Origin: SPA, 'Content-Type': 'application/json' },
    });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([400, SPA]);
  });

  it('does not start with a wildcard', async () => {
    const start = await consumer!.run('wildcard');
    expect((await start.ended).code).toBe(1);
    expect(start.output).toContain('not "https://*.example.com"');
  });
});
