import type { Response } from 'supertest';
import { PASSWORD, TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';

const SECRET = 'signs the cookies of every visitor';
const NAMES = [
  '__Host-device',
  '__Host-flash',
  '__Host-flash-…',
  '__Host-form',
  '__Host-remember',
  '__Host-sid',
];
const LONGEST_NAME = 'w'.repeat(64);
const HOUR = 3_600_000;

/** All cookies except those of the lab, which is off in production and shows readable cookies on purpose. */
describe('Every cookie over HTTPS', () => {
  let app: TestApp;
  const lines: string[] = [];
  const answers: Response[] = [];

  /** Signs up, logs in with remember-me, leaves a draft, changes the password and logs out: sets all cookies. */
  beforeAll(async () => {
    app = await TestApp.start({
      NODE_ENV: 'production',
      BASE_URL: 'https://latchkey.example',
      TRUST_PROXY: '1',
      SESSION_SECRET: SECRET,
      ALLOW_UNSAFE: 'BCRYPT_COST',
    });
    const jar = new CookieJar();
    const note = async (answer: Promise<Response>) => {
      answers.push(await answer);
      lines.push(...((answers.at(-1)?.headers['set-cookie'] ?? []) as unknown as string[]));
    };
    const account = { username: LONGEST_NAME, password: PASSWORD };
    await note(jar.submit(app, '/users/signup', account));
    for (let tries = 0; tries < 40; tries += 1) await note(jar.open(app, '/users')); // as many flashes
    await note(jar.submit(app, '/users/login', { username: LONGEST_NAME, password: 'wrong' }));
    await note(jar.logIn(app, LONGEST_NAME, 'on'));
    for (const path of ['/users/welcome', '/account', '/account/sessions', '/users/1/edit', '/messages']) {
      await note(jar.open(app, path));
    }
    await note(jar.submit(app, '/users/1/messages', { content: 'Hello' }));
    const newPassword = `${PASSWORD}, and another one`;
    await note(jar.submit(app, '/account/password', { currentPassword: PASSWORD, newPassword }));
    jar.cookies.delete('__Host-remember');
    app.clock.advance(HOUR); // idle
    await note(jar.submit(app, '/users/1/messages', { content: 'Too late' }));
    await note(jar.submit(app, '/users/login', { username: LONGEST_NAME, password: newPassword }));
    await note(jar.open(app, '/account/kept-form'));
    await note(jar.submit(app, '/users/logout'));
    await note(jar.open(app, '/users/login'));
  });
  afterAll(() => app.close());

  const each = (what: (line: string) => unknown) => [...new Set(lines.map(what))];
  const value = (line: string) => line.slice(line.indexOf('=') + 1).split(';', 1)[0];

  it('has been set', () => {
    const kinds = each((line) => line.split('=', 1)[0].replace(/-[\w-]{22}$/, '-…'));
    expect(kinds.sort()).toEqual(NAMES);
  });

  it('is __Host-, HttpOnly, SameSite and Secure', () => {
    const attributes = (line: string) =>
      line
        .split('; ')
        .slice(1)
        .filter((text) => !/^(Expires|Max-Age)=/.test(text));
    expect(each((line) => attributes(line).sort().join('; '))).toEqual([
      'HttpOnly; Path=/; SameSite=Lax; Secure',
    ]);
  });

  it('is small enough for every browser', () => {
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(4_096);
    expect(Math.max(...lines.map((line) => line.length))).toBeGreaterThan(2_000);
  });

  it('is in no page, no address and no other header', () => {
    const parts = lines.flatMap((line) => decodeURIComponent(value(line)).split(/[.:]/));
    const secrets = [...new Set(parts)].filter((part) => part.length >= 20);
    expect(secrets.length).toBeGreaterThan(10);
    for (const { headers, text } of answers) {
      const { 'set-cookie': _, ...others } = headers as Record<string, unknown>;
      const shown = text + JSON.stringify(others);
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
    }
  });
});
