import { TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';
import { routes } from '../support/routes';
import { type Answer, Client, raw, requestText, type Sent } from '../input/exchange';

const BASE_URL = 'https://latchkey.example';
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  'upgrade-insecure-requests',
].join(';');
/** The headers of every response. The first three are those of ASVS 5.0: 3.4. */
const HEADERS = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'content-security-policy': CSP,
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
};
const JSON_TYPE = { 'Content-Type': 'application/json' };
/** A route whose response is an endless stream. */
const STREAM = '/account/session/events';

describe('Every answer over HTTPS', () => {
  let app: TestApp;
  let client: Client;
  let cookie: string;
  const answers: { asked: string; answer: Answer }[] = [];

  async function ask(sent: Sent): Promise<Answer> {
    const headers = { Host: 'latchkey.example', 'X-Forwarded-Proto': 'https', ...sent.headers };
    const answer = await client.ask({ ...sent, headers });
    answers.push({ asked: `${sent.method ?? 'GET'} ${sent.path}`, answer });
    return answer;
  }

  /** Responses of each route for a guest and for a user, and one of each kind of refusal. */
  async function askForEverything(): Promise<void> {
    for (const { method, path } of routes(app)) {
      const address = path.replace(/:(id|userId|messageId)/g, '1').replace(':file', 'swagger-ui.css');
      const html = { Accept: 'text/html', Origin: BASE_URL };
      await ask({ method, path: address, headers: html });
      if (method !== 'GET' || address === STREAM || address === '/users/logout') continue;
      // Twice: the first may show a flash, which HEAD would not.
      await ask({ path: address, headers: { ...html, Cookie: cookie } });
      await ask({ path: address, headers: { ...html, Cookie: cookie } });
      await ask({ method: 'HEAD', path: address, headers: { ...html, Cookie: cookie } });
    }
    for (const path of ['latchkey.css', 'pico.min.css', 'passwords.js', 'session-events.js', 'favicon.svg']) {
      const { headers } = await ask({ path: `/assets/${path}` });
      await ask({ path: `/assets/${path}`, headers: { 'If-None-Match': String(headers.etag) } });
    }
    const login = '/api/v1/auth/login';
    const refusals: [number, Sent][] = [
      [400, { method: 'POST', path: login, headers: JSON_TYPE, body: '{' }],
      [401, { path: '/api/v1/auth/me' }],
      [403, { method: 'POST', path: '/users/login', headers: { 'Sec-Fetch-Site': 'cross-site' } }],
      [403, { method: 'POST', path: login, headers: { Origin: 'https://evil.example' } }],
      [404, { path: '/nowhere' }],
      [404, { path: '/api/v1/nowhere' }],
      [404, { path: '/assets/nowhere.css' }],
      [405, { method: 'TRACE', path: '/users' }],
      [413, { method: 'POST', path: login, headers: JSON_TYPE, body: `"${'x'.repeat(110_000)}"` }],
      [415, { method: 'POST', path: login, headers: { 'Content-Type': 'text/plain' }, body: '{}' }],
      [416, { path: '/assets/favicon.svg', headers: { Range: 'bytes=9999999-' } }],
      [422, { method: 'POST', path: login, headers: JSON_TYPE, body: '{}' }],
      [308, { path: '/favicon.ico' }],
      [204, { method: 'POST', path: '/api/v1/auth/logout', headers: { Origin: BASE_URL } }],
    ];
    for (const [status, sent] of refusals) {
      expect({ sent, status: (await ask(sent)).status }).toEqual({ sent, status });
    }
  }

  beforeAll(async () => {
    app = await TestApp.start({ BASE_URL, TRUST_PROXY: '1' });
    client = new Client(app.port);
    expect(await app.signUp('ada')).toBe(1);
    const jar = new CookieJar();
    await jar.logIn(app, 'ada');
    await jar.submit(app, '/users/1/messages', { content: 'Hello' });
    await jar.open(app); // shows the flashes
    cookie = jar.header;
    await askForEverything();
  });
  afterAll(async () => {
    client.close();
    await app.close();
  });

  /** Headers that some responses share, and those without them. */
  function expectOfAll(
    isMeant: (answer: Answer) => boolean,
    what: (answer: Answer) => unknown,
    wanted: unknown,
  ) {
    const meant = answers.filter(({ answer }) => isMeant(answer));
    expect(meant.length).toBeGreaterThan(10);
    expect(meant.map(({ asked, answer }) => [asked, answer.status, what(answer)])).toEqual(
      meant.map(({ asked, answer }) => [asked, answer.status, wanted]),
    );
  }
  const any = () => true;

  it('is one of all kinds, of all routes', () => {
    const kinds = new Set(answers.map(({ answer }) => answer.status));
    const wanted = [200, 204, 303, 304, 308, 400, 401, 403, 404, 405, 413, 415, 416, 422];
    expect([...kinds]).toEqual(expect.arrayContaining(wanted));
    expect(answers.length).toBeGreaterThan(100);
  });

  it.each(Object.entries(HEADERS))('has %s: %s', (name, value) => {
    expectOfAll(any, ({ headers }) => headers[name], value);
  });

  it('sends no address of ours to another site', () => {
    // `no-referrer` where an address holds a token until it is moved out.
    expectOfAll(
      any,
      ({ headers }) => /^(same-origin|no-referrer)$/.test(headers['referrer-policy'] as string),
      true,
    );
  });

  it('lets no other origin read it', async () => {
    for (const origin of ['https://evil.example', 'null', BASE_URL]) {
      await ask({ path: '/messages', headers: { Origin: origin, Cookie: cookie } });
      await ask({ path: '/api/v1/auth/me', headers: { Origin: origin, Cookie: cookie } });
    }
    const cors = (answer: Answer) =>
      Object.keys(answer.headers).filter((name) => name.startsWith('access-control'));
    expectOfAll(any, cors, []);
  });

  it('with a body has a content type, and a text has a charset', () => {
    const hasBody = ({ text }: Answer) => text !== '';
    expectOfAll(hasBody, ({ headers }) => typeof headers['content-type'], 'string');
    const isText = ({ headers }: Answer) => /^text\/|xml|json/.test(headers['content-type'] ?? '');
    expectOfAll(isText, ({ headers }) => headers['content-type']?.split('; ')[1], 'charset=utf-8');
    const fits = ({ headers, text }: Answer) =>
      /^<(!doctype html|p)>/.test(text) === headers['content-type']?.startsWith('text/html');
    expectOfAll(hasBody, fits, true);
  });

  it('is as long as its Content-Length, and HEAD has the headers of GET', () => {
    const lengths = new Map<string, string | undefined>();
    for (const { asked, answer } of answers) {
      const { 'content-length': length, 'transfer-encoding': coding } = answer.headers;
      if (coding !== undefined || answer.status === 304) expect([asked, length]).toEqual([asked, undefined]);
      else if (asked.startsWith('HEAD '))
        expect([asked, length]).toEqual([asked, lengths.get(asked.slice(5))]);
      else if (answer.status !== 204)
        expect([asked, length]).toEqual([asked, String(Buffer.byteLength(answer.text))]);
      if (asked.startsWith('GET ')) lengths.set(asked.slice(4), length);
    }
  });

  it('of the API is JSON and forbids the browser to sniff another type', () => {
    const isApi = ({ headers }: Answer) => /json/.test(headers['content-type'] ?? '');
    expectOfAll(isApi, ({ headers }) => headers['x-content-type-options'], 'nosniff');
    expectOfAll(isApi, ({ text }) => typeof JSON.parse(text || '{}'), 'object');
  });

  it('is never a script with data of one user', async () => {
    for (const name of ['passwords.js', 'session-events.js', 'api-docs.js']) {
      const path = `/assets/${name}`;
      const [guest, user] = [await ask({ path }), await ask({ path, headers: { Cookie: cookie } })];
      expect(user.text).toBe(guest.text);
      expect(user.text).not.toContain('ada');
    }
    for (const name of ['callback', 'jsonp', 'cb', '_callback']) {
      const path = `/api/v1/auth/me?${name}=steal`;
      const { text } = await ask({ path, headers: { Cookie: cookie } });
      expect(JSON.parse(text)).toMatchObject({ username: 'ada' });
    }
  });

  it('reveals neither the server nor its version', () => {
    expectOfAll(any, ({ headers }) => [headers.server, headers['x-powered-by']], [undefined, undefined]);
  });

  it('has no header longer than 8 kB, whatever the request', async () => {
    const long = 'x'.repeat(7_000);
    await ask({ path: `/users/${long}`, headers: { Accept: 'text/html' } });
    await ask({ path: `/users?next=/${long}`, headers: { Accept: 'text/html' } });
    await ask({ path: `/users/login?next=/${long}`, headers: { Accept: 'text/html' } });
    await ask({ path: `/lab/cookies/set?username=${long}` });
    const longest = ({ headers }: Answer) =>
      Math.max(...Object.values(headers).map((text) => String(text).length));
    expectOfAll(any, (answer) => longest(answer) < 8_192, true);
  });

  it('to a malformed request has the applicable headers', async () => {
    for (const line of ['GET / HTTP/9.9', `GET /${'x'.repeat(20_000)} HTTP/1.1`]) {
      const { status, headers } = await raw(app.port, requestText(line));
      expect([400, 431]).toContain(status);
      expect(headers).toMatchObject({
        'strict-transport-security': HEADERS['strict-transport-security'],
        'content-security-policy':
          "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'content-type': 'text/plain; charset=utf-8',
      });
    }
  });
});
