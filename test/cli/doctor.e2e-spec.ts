import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { User } from '../../src/users/user.entity';
import { freePort, TestApp } from '../support/app';
import { latchkey } from '../support/command';
import { happen } from '../support/audit';
import { type Build, build } from '../support/build';

const SECRET = 'a secret of thirty-two characters or more';

describe('latchkey doctor', () => {
  let built: Build;
  let app: TestApp;
  let dataDir: string;

  beforeAll(async () => {
    built = await build();
    app = await TestApp.start({ SESSION_SECRET: SECRET });
    await happen(app, 1);
  }, 120_000);
  afterAll(async () => {
    await app.close();
  });
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-doctor-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  const safe = () => ({
    ...app.environment,
    NODE_ENV: 'production',
    BASE_URL: 'https://latchkey.example',
    TRUST_PROXY: '1',
    BCRYPT_COST: '12',
    THROTTLE: undefined,
    DATA_DIR: dataDir,
  });
  const examine = (settings: Record<string, string | undefined> = {}) =>
    latchkey(built, { ...safe(), ...settings }, ['doctor']);

  it('finds no fault in a good setup', async () => {
    const { code, output, errors } = await examine();
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).not.toContain('refused');
    for (const what of [
      'SESSION_SECRET',
      'TRUST_PROXY',
      'the database answers',
      'the database is migrated',
      'the clock',
      'the head of the audit log',
      'stored passwords',
    ])
      expect(output).toMatch(new RegExp(`^ok +${what}$`, 'm'));
  });

  it.each([
    ['SESSION_SECRET', 'short', /must be given in production, 32 characters/],
    ['SESSION_STORE', 'memory', /must be database or redis/],
    ['BCRYPT_COST', '9', /must be 10 or more/],
    ['BASE_URL', 'http://latchkey.example', /must be an https address/],
    ['TRUST_PROXY', 'off', /must say how many proxies/],
    ['TRUST_PROXY', '0.0.0.0/0', /must name the proxies alone/],
    ['THROTTLE', 'off', /must be on in production/],
  ])('refuses %s=%s in production, and advises against it elsewhere', async (name, value, remedy) => {
    const production = await examine({ [name]: value });
    expect(production.code).toBe(1);
    expect(production.output).toMatch(new RegExp(`^refused +${name}: .*${remedy.source}`, 'm'));
    const development = await examine({ [name]: value, NODE_ENV: 'development' });
    expect(development.output).toMatch(new RegExp(`^warning +${name}: .*${remedy.source}`, 'm'));
  });

  it.each([
    ['0.0.0.0', 'http://localhost:3000', true],
    ['::', 'http://127.0.0.1:3000', true],
    ['192.168.1.5', 'http://localhost:3000', true],
    ['127.0.0.1', 'http://localhost:3000', false],
    ['0.0.0.0', 'https://latchkey.example', false],
  ])('warns of HOST=%s beside BASE_URL=%s: %p', async (HOST, baseUrl, isWarned) => {
    const { output } = await examine({ HOST, BASE_URL: baseUrl });
    const line = isWarned ? `^warning +HOST: ${HOST} .*BASE_URL is ${baseUrl}` : '^ok +HOST$';
    expect(output).toMatch(new RegExp(line, 'm'));
  });

  it('refuses a folder that other users may read', async () => {
    await chmod(dataDir, 0o755);
    const { code, output } = await examine();
    expect(code).toBe(1);
    expect(output).toContain(`chmod 700 ${dataDir}`);
  });

  it('refuses a database, a mail server and a Redis that do not answer', async () => {
    const port = await freePort();
    const { code, output } = await examine({
      DATABASE_URL: `postgres://unknown@127.0.0.1:${port}/nothing`,
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      SESSION_STORE: 'redis',
      REDIS_URL: `redis://127.0.0.1:${port}`,
    });
    expect(code).toBe(1);
    expect(output).toMatch(/^refused +the database: .*check DATABASE_URL$/m);
    expect(output).toMatch(/^refused +SMTP: .*check SMTP_URL$/m);
    expect(output).toMatch(/^refused +REDIS_URL|^refused +Redis/m);
  });

  it('refuses a secret that did not seal the audit log', async () => {
    const { code, output } = await examine({ SESSION_SECRET: 'another secret of thirty-two characters' });
    expect(code).toBe(1);
    expect(output).toMatch(/^refused +the head of the audit log: has a broken seal/m);
  });

  it('lists stored passwords that cannot be verified, and those that are slower to refuse', async () => {
    const hashes = [
      `$2b$15$${'.'.repeat(53)}`,
      `{hmac-sha384}$2b$14$${'.'.repeat(53)}`,
      'd41d8cd98f00b204e9800998ecf8427e',
      `pbkdf2:sha256:4000000$salt$${'0'.repeat(64)}`,
    ];
    for (const [n, passwordHash] of hashes.entries()) {
      const id = await app.signUp(`imported${n}`);
      await app.dataSource.manager.update(User, { id }, { passwordHash });
    }
    const { code, output } = await examine();
    await app.dataSource.createQueryBuilder().delete().from(User).execute();
    expect(code).toBe(0);
    const lines = output.split('\n').filter((line) => line.includes('stored passwords'));
    expect(lines.sort()).toEqual([
      expect.stringMatching(/^warning +stored passwords: some are MD5 sums and do not verify/),
      expect.stringMatching(/^warning +stored passwords: some are bcrypt of cost 15: the time to refuse/),
      expect.stringMatching(
        /^warning +stored passwords: some are hashes of PBKDF2 with more than 2457600 iterations of sha256 and do not verify/,
      ),
    ]);
    expect(output).not.toContain('d41d8cd9');
  });

  it('changes nothing before the first start', async () => {
    const nowhere = join(dataDir, 'not', 'yet');
    const { code, output } = await latchkey(built, { DATA_DIR: nowhere }, ['doctor']);
    expect(code).toBe(0);
    expect(output).toContain('the first start makes it');
    await expect(chmod(nowhere, 0o700)).rejects.toThrow('ENOENT');
  });
});
