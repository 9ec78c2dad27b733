import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { type TestDatabase, testDatabase } from '../support/database';
import { type Build, build } from '../support/build';
import { Started } from '../support/process';
import { type WireAnswer, Wire, type WireRequest } from '../support/wire';

/** Each begins with a word that then must not be in the log, not even as the beginning of one. */
const PASSWORDS = {
  first: 'canary one: a heron in the rain',
  second: 'canary two: a lighthouse at noon',
  wrong: 'canary three: an owl by the mill',
  tooWeak: 'canary4',
  estimated: 'canary five: a fox in the barley',
  duringOutage: 'canary six: a crane over the marsh',
};
const PEPPER = 'the canary pepper of this test alone';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const ELSEWHERE = { Origin: 'https://evil.example' };

/** A browser that notes every cookie it is given. */
class NotingBrowser {
  readonly seen = new Set<string>();
  private readonly cookies = new Map<string, string>();

  constructor(
    private readonly wire: Wire,
    private readonly origin: string,
  ) {}

  async ask(request: WireRequest): Promise<WireAnswer> {
    const cookie = [...this.cookies.values()].join('; ') || undefined;
    const headers = { Origin: this.origin, ...request.headers };
    const answer = await this.wire.ask({ cookie, ...request, headers });
    for (const name of ['sid', 'remember', 'device', 'flash', 'form']) {
      const pair = answer.cookie(name);
      if (pair) this.note(name, pair);
    }
    return answer;
  }

  post(path: string, json: unknown): Promise<WireAnswer> {
    return this.ask({ method: 'POST', path: `/api/v1/auth/${path}`, json });
  }

  private note(name: string, pair: string): void {
    this.cookies.set(name, pair);
    const value = decodeURIComponent(pair.slice(name.length + 1));
    // Each part of a signed value is a secret: the ID or the token alone is enough to log in.
    for (const part of [value, ...value.split(/[.:]/)]) if (part.length >= 16) this.seen.add(part);
  }
}

describe('The log of a process at the verbose level', () => {
  let built: Build;
  let database: TestDatabase;
  let dataDir: string;
  let started: Started;

  beforeAll(async () => {
    built = await build();
    database = await testDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-log-'));
    started = await Started.run(built, {
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      LOG_LEVEL: 'verbose',
      PASSWORD_PEPPER: PEPPER,
    });
    await started.listening();
  }, 120_000);
  afterAll(async () => {
    await started.stop();
    await database.dispose();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function inDatabase<T>(sql: string): Promise<T[]> {
    const { url } = database;
    const options = url.startsWith('sqlite:')
      ? ({ type: 'sqlite', database: url.slice('sqlite:'.length) } as const)
      : ({ type: 'postgres', url } as const);
    const connection = await new DataSource(options).initialize();
    try {
      return await connection.query<T[]>(sql);
    } finally {
      await connection.destroy();
    }
  }

  it('contains no password, hash, session ID, token or secret, for successes and failures', async () => {
    const wire = await Wire.open(started.port);
    const browser = new NotingBrowser(wire, `http://localhost:${started.port}`);
    const login = (password: string, remember = false) =>
      browser.post('login', { username: 'ada', password, remember });
    const statuses: number[] = [];
    const note = async (answer: Promise<WireAnswer>) => statuses.push((await answer).status);

    await note(browser.post('signup', { username: 'ada', password: PASSWORDS.first }));
    await note(browser.post('signup', { username: 'ada', password: PASSWORDS.first }));
    await note(browser.post('signup', { username: 'grace', password: PASSWORDS.tooWeak }));
    await note(login(PASSWORDS.wrong));
    await note(login(PASSWORDS.first, true));
    await note(browser.ask({ path: '/users/welcome' }));
    const change = { currentPassword: PASSWORDS.wrong, newPassword: PASSWORDS.second };
    await note(browser.post('password', change));
    await note(browser.post('password', { ...change, currentPassword: PASSWORDS.first }));
    await note(browser.post('password-strength', { password: PASSWORDS.estimated }));
    expect(statuses).toEqual([201, 409, 422, 401, 200, 200, 422, 204, 200]);

    // In what is no JSON, in a field of another name, in the address, from another site, and in a forged cookie.
    const path = '/api/v1/auth/login';
    const method = 'POST';
    const refusals = [
      await browser.ask({ method, path, form: { canary: 'unread' }, headers: JSON_TYPE }),
      await browser.post('login', { username: 'ada', passwort: PASSWORDS.wrong }),
      await browser.ask({ path: `/nowhere?password=${encodeURIComponent(PASSWORDS.wrong)}` }),
      await browser.ask({ method, path, json: { password: PASSWORDS.wrong }, headers: ELSEWHERE }),
      await browser.ask({ path: '/users/welcome', cookie: 'sid=s%3Acanary-of-no-user.canary-signature' }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([400, 400, 404, 403, 303]);

    const hashes = await inDatabase<{ hash: string }>('SELECT password_hash AS hash FROM users');
    await inDatabase('ALTER TABLE users RENAME COLUMN password_hash TO gone');
    const failed = await new NotingBrowser(wire, `http://localhost:${started.port}`).post('signup', {
      username: 'hopper',
      password: PASSWORDS.duringOutage,
    });
    expect(failed.status).toBe(500);
    expect((await login(PASSWORDS.duringOutage)).status).toBe(500);
    wire.close();
    started.child.kill('SIGTERM');
    await started.ended;

    // Its stacks are there: the log is the one that would tell.
    expect(started.output).toContain('Answered 500 to POST');
    const secret = await readFile(join(dataDir, 'session-secret'), 'utf8');
    expect(started.output).not.toMatch(/canary/i);
    expect(browser.seen.size).toBeGreaterThan(4);
    // The audit log must not contain them either.
    const kept = JSON.stringify(await inDatabase('SELECT * FROM security_events'));
    expect(kept).toContain('auth.loginFailed');
    expect(kept).not.toMatch(/canary/i);
    const secrets = [...browser.seen, ...hashes.map(({ hash }) => hash), '$2b$', secret.trim()];
    expect(secrets.filter((text) => started.output.includes(text) || kept.includes(text))).toEqual([]);
    expect(started.output).toMatch(/auth\.loginFailed.*requestId/);
  });
});
