import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASSWORD } from '../support/app';
import { type TestDatabase, testDatabase } from '../support/database';
import { type Build, build } from '../support/build';
import { Started } from '../support/process';
import { Wire } from '../support/wire';

describe('Starting the application', () => {
  let built: Build;
  let dataDir: string;
  let database: TestDatabase;
  const running: Started[] = [];

  beforeAll(async () => {
    built = await build();
  }, 120_000);
  beforeEach(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'latchkey-start-')), 'not', 'there', 'yet');
    database = await testDatabase();
  });
  afterEach(async () => {
    for (const process of running.splice(0)) await process.stop();
    await database.dispose();
    await rm(join(dataDir, '../../..'), { recursive: true, force: true });
  });

  async function run(settings: Record<string, string> = {}): Promise<Started> {
    const process = await Started.run(built, { DATA_DIR: dataDir, ...settings });
    running.push(process);
    return process;
  }
  const shared = () => ({ DATABASE_URL: database.url });
  const secret = () => readFile(join(dataDir, 'session-secret'), 'utf8');

  async function sessionCookie({ port }: Started): Promise<string> {
    const wire = await Wire.open(port);
    const headers = { Origin: `http://localhost:${port}` };
    const json = { username: 'ada', password: PASSWORD };
    await wire.ask({ method: 'POST', path: '/api/v1/auth/signup', json, headers });
    const answer = await wire.ask({ method: 'POST', path: '/api/v1/auth/login', json, headers });
    wire.close();
    return answer.cookie('sid')!;
  }
  const me = ({ url }: Started, cookie: string) => fetch(`${url}/api/v1/auth/me`, { headers: { cookie } });

  it('needs no setting: it makes its folder, its database and its secret, and says where to look', async () => {
    const started = await (await run()).listening();
    expect(started.output).toContain(`Open http://localhost:${started.port}`);
    const home = await fetch(started.url);
    expect(started.output).toContain(`http://localhost:${started.port}/api/docs`);
    expect(home.status).toBe(200);
    expect(await home.text()).toContain('<!doctype html>');
    expect((await fetch(`${started.url}/assets/latchkey.css`)).status).toBe(200);
    expect((await stat(join(dataDir, 'latchkey.sqlite'))).isFile()).toBe(true);
  });

  it('keeps the secret it made for its owner alone, and sessions over a restart', async () => {
    const first = await (await run(shared())).listening();
    const made = await secret();
    expect(Buffer.from(made, 'base64url')).toHaveLength(32);
    expect((await stat(join(dataDir, 'session-secret'))).mode & 0o777).toBe(0o600);
    expect(first.output).not.toContain(made);
    const cookie = await sessionCookie(first);
    await first.stop();

    const again = await (await run(shared())).listening();
    expect(await secret()).toBe(made);
    expect((await me(again, cookie)).status).toBe(200);
  });

  it('at once three times on nothing gives three instances of one application', async () => {
    const all = await Promise.all([run(shared()), run(shared()), run(shared())]);
    await Promise.all(all.map((each) => each.listening()));
    const cookie = await sessionCookie(all[0]);
    for (const each of all) expect((await me(each, cookie)).status).toBe(200);
  });

  it.each([
    ['PORT', { PORT: 'eighty' }],
    ['BASE_URL', { BASE_URL: 'example.com' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost/x' }],
    ['SESSION_STORE', { SESSION_STORE: 'cupboard' }],
    ['SESSION_IDLE_TIMEOUT', { SESSION_IDLE_TIMEOUT: '30' }],
    ['SESSION_ABSOLUTE_TIMEOUT', { SESSION_ABSOLUTE_TIMEOUT: '0h' }],
    ['BCRYPT_COST', { BCRYPT_COST: '99' }],
    ['PASSWORD_MIN_LENGTH', { PASSWORD_MIN_LENGTH: '2' }],
    ['TRUST_PROXY', { TRUST_PROXY: 'everyone' }],
    ['LAB', { LAB: 'maybe' }],
    ['NODE_ENV', { NODE_ENV: 'prod' }],
  ])(
    'ends with code 1 at a %s that cannot be, and names it',
    async (name, settings: Record<string, string>) => {
      const failed = await run(settings);
      expect(await failed.ended).toEqual({ code: 1, signal: null });
      expect(failed.output).toContain(name);
      expect(failed.output).not.toMatch(/\n\s+at /); // it is the reader's to mend, not a bug with a stack
    },
  );

  it('names everything that is wrong at once', async () => {
    const failed = await run({ LAB: 'maybe', BCRYPT_COST: '99' });
    await failed.ended;
    expect(failed.output).toMatch(/LAB[^]*BCRYPT_COST|BCRYPT_COST[^]*LAB/);
  });

  describe('in production', () => {
    const production = {
      NODE_ENV: 'production',
      BASE_URL: 'https://latchkey.example',
      TRUST_PROXY: '1',
      BCRYPT_COST: '10',
    };
    const given = { SESSION_SECRET: 'a secret of thirty-two characters or more' };

    it.each([
      ['SESSION_SECRET', production],
      ['SESSION_SECRET', { ...production, SESSION_SECRET: 'short' }],
      ['BASE_URL', { ...production, ...given, BASE_URL: 'http://latchkey.example' }],
      ['BCRYPT_COST', { ...production, ...given, BCRYPT_COST: '9' }],
      ['TRUST_PROXY', { ...production, ...given, TRUST_PROXY: 'off' }],
    ])('refuses an unsafe %s', async (name, settings) => {
      const failed = await run(settings);
      expect(await failed.ended).toEqual({ code: 1, signal: null });
      expect(failed.output).toContain(name);
      await expect(secret()).rejects.toThrow('ENOENT');
    });

    it('starts with safe settings, without the lab, and logs one JSON object a line', async () => {
      const started = await (await run({ ...production, ...given, ...shared() })).listening();
      expect((await fetch(`${started.url}/lab`)).status).toBe(404);
      for (const line of started.output.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
      await expect(secret()).rejects.toThrow('ENOENT');
    });

    it('starts with what ALLOW_UNSAFE names, and warns of it', async () => {
      const unsafe = { ...production, ...given, BCRYPT_COST: '4', ALLOW_UNSAFE: 'BCRYPT_COST' };
      const started = await (await run({ ...unsafe, ...shared() })).listening();
      expect(started.output).toMatch(/"level":"warn"[^\n]*BCRYPT_COST/);
    });
  });

  it('ends with code 1 when its port is taken', async () => {
    const first = await (await run(shared())).listening();
    const second = await run({ ...shared(), PORT: String(first.port) });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.output).toContain('EADDRINUSE');
    expect((await fetch(first.url)).status).toBe(200);
  });

  it('ends with code 1 when its database cannot be opened', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'latchkey-start-')), 'file');
    await writeFile(file, '');
    const failed = await run({ DATABASE_URL: `sqlite:${file}/no.sqlite` });
    expect(await failed.ended).toEqual({ code: 1, signal: null });
    expect(failed.output).toContain(`DATABASE_URL names ${file}/no.sqlite, which cannot be opened`);
    expect(failed.output).not.toMatch(/\n\s+at /);
  });
});
