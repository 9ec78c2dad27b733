import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import { loadSettings, readSettings, SettingsError } from './load-settings';

const HOUR = 3_600_000;
const secret = { SESSION_SECRET: 'a secret' };

/** The problems that this setting causes. */
function problemOf(environment: Record<string, string>): string[] {
  try {
    loadSettings({ ...secret, ...environment });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe('Settings', () => {
  it('have defaults with which a developer can start at once', () => {
    expect(loadSettings({ ...secret })).toMatchObject({
      environment: 'development',
      port: 3000,
      host: '127.0.0.1',
      baseUrl: 'http://localhost:3000',
      https: false,
      dataDir: resolve('data'),
      databaseUrl: `sqlite:${resolve('data', 'latchkey.sqlite')}`,
      sessionStore: 'database',
      sessionIdleTimeout: HOUR / 2,
      sessionAbsoluteTimeout: 12 * HOUR,
      passwordMinLength: 8,
      bcryptCost: 12,
      hashQueue: 256,
      workers: 1,
      trustedProxies: false,
      lab: true,
      logLevel: 'info',
      logFormat: 'pretty',
      allowUnsafe: [],
      isProduction: false,
    });
  });

  it('follow from one another', () => {
    expect(loadSettings({ ...secret, PORT: '8080' }).baseUrl).toBe('http://localhost:8080');
    expect(loadSettings({ ...secret, DATA_DIR: '/var/lib/x' }).databaseUrl).toBe(
      'sqlite:/var/lib/x/latchkey.sqlite',
    );
    const https = loadSettings({ ...secret, BASE_URL: 'https://Example.com:443/' });
    expect(https).toMatchObject({ baseUrl: 'https://example.com', https: true, proxyPath: '' });
    const below = loadSettings({ ...secret, BASE_URL: 'https://example.com/app/' });
    expect(below).toMatchObject({
      baseUrl: 'https://example.com/app',
      origin: 'https://example.com',
      proxyPath: '/app',
    });
  });

  it.each<[string, string, string, unknown]>([
    ['PORT', '65535', 'port', 65_535],
    ['PORT', ' 80 ', 'port', 80],
    ['HOST', '::1', 'host', '::1'],
    ['BASE_URL', 'http://10.0.0.1:8080', 'baseUrl', 'http://10.0.0.1:8080'],
    [
      'DATABASE_URL',
      'postgresql://u:p@h:5432/d?sslmode=require',
      'databaseUrl',
      'postgresql://u:p@h:5432/d?sslmode=require',
    ],
    ['SESSION_SECRET', 'new, old,,', 'sessionSecrets', ['new', 'old']],
    ['PASSWORD_PEPPER', 'new, old', 'passwordPeppers', ['new', 'old']],
    ['SESSION_IDLE_TIMEOUT', '90s', 'sessionIdleTimeout', 90_000],
    ['SESSION_LIMIT_REACHED', 'refuse', 'sessionLimitReached', 'refuse'],
    ['TRUST_PROXY', '2', 'trustedProxies', 2],
    ['TRUST_PROXY', 'off', 'trustedProxies', false],
    ['TRUST_PROXY', '10.0.0.1, 192.168.0.0/16, ::1', 'trustedProxies', '10.0.0.1, 192.168.0.0/16, ::1'],
    ['TRUST_PROXY', 'loopback', 'trustedProxies', 'loopback'],
    ['TRUST_PROXY', '64:ff9b::10.0.0.1,::1.2.3.4/120', 'trustedProxies', '64:ff9b::a00:1, ::102:304/120'],
    ['TRUST_PROXY', 'fe80::1%eth0.5,::ffff:10.0.0.0/104', 'trustedProxies', 'fe80::1, ::ffff:a00:0/104'],
    ['SESSION_STORE', 'memory', 'sessionStore', 'memory'],
    ['REDIS_URL', 'rediss://u:p@h:6380', 'redisUrl', 'rediss://u:p@h:6380'],
    ['SECURITY_CONTACT', 'https://example.com/report', 'securityContact', 'https://example.com/report'],
    ['SMTP_URL', 'smtps://u:p%40@mail.example.com', 'smtpUrl', 'smtps://u:p%40@mail.example.com'],
    ['SMTP_URL', 'smtp://h:25?requireTLS=false', 'smtpUrl', 'smtp://h:25?requireTLS=false'],
    ['MAIL_FROM', 'Example <no-reply@example.com>', 'mailFrom', 'Example <no-reply@example.com>'],
    ['BASE_URL', 'https://example.com:8443', 'mailFrom', 'no-reply@example.com'],
    ['WORKERS', '4', 'workers', 4],
    ['LAB', 'off', 'lab', false],
    ['LOG_FORMAT', 'json', 'logFormat', 'json'],
  ])('%s may be %j', (name, text, field, value) => {
    expect(loadSettings({ ...secret, [name]: text })).toMatchObject({ [field]: value });
  });

  it('SESSION_STORE=redis stops the start without REDIS_URL', () => {
    expect(problemOf({ SESSION_STORE: 'redis' })).toEqual([
      expect.stringMatching(/^REDIS_URL may be .*needs it$/),
    ]);
  });

  it('SESSION_STORE=memory stops the start of several workers', () => {
    expect(problemOf({ SESSION_STORE: 'memory' })).toEqual([]);
    expect(problemOf({ SESSION_STORE: 'memory', WORKERS: '2' })).toEqual([
      expect.stringMatching(/^WORKERS may only be 1 with SESSION_STORE=memory/),
    ]);
  });

  it.each([
    ['NODE_ENV', ['prod', 'Production', 'staging']],
    ['PORT', ['0', '65536', '-1', '80.5', '0x50', 'http', '1e3']],
    ['HOST', ['a b', 'http://localhost', '*', 'localhost;x']],
    [
      'BASE_URL',
      [
        'example.com',
        'ftp://example.com',
        'https://',
        'https://example.com/..',
        'https://example.com//app',
        'https://example.com?x',
        'http://localhost:99999',
        'http://999.1.1.1',
        'http://[:::]',
        'javascript:alert(1)',
      ],
    ],
    ['DATABASE_URL', ['mysql://x', 'latchkey.sqlite', 'sqlite:', 'sqlite::memory:', 'postgres://', 'file:x']],
    ['SESSION_STORE', ['files', 'Database']],
    ['REDIS_URL', ['localhost:6379', 'http://localhost', 'redis://', 'redis']],
    [
      'SMTP_URL',
      ['mail.example.com', 'http://mail.example.com', 'smtp://', 'smtp://h/path', 'smtp://h:99999'],
    ],
    ['MAIL_FROM', ['Example', 'a@b, c@d', 'Example <a@b', 'a@b\r\nBcc: c@d', 'X\r\nBcc: c@d <a@b.example>']],
    ['SESSION_SECRET', [',', ' , ,']],
    ['PASSWORD_PEPPER', [',', ' , ,']],
    ['SESSION_IDLE_TIMEOUT', ['30', '0m', '-1m', '1.5h', 'never', '30 minutes']],
    ['SESSION_ABSOLUTE_TIMEOUT', ['12', '0h', 'off']],
    ['SESSION_LIMIT_REACHED', ['end', 'newest', 'Refuse']],
    ['PASSWORD_MIN_LENGTH', ['7', '129', 'eight', '8.5']],
    ['BCRYPT_COST', ['3', '16', 'high', '12.5']],
    ['HASH_QUEUE', ['0', '100001', 'many']],
    ['WORKERS', ['0', '65', 'all', '1.5']],
    [
      'TRUST_PROXY',
      [
        'on',
        'true',
        '*',
        '-1',
        '300.1.1.1',
        '1.2.3.4.5',
        '10.0.0.0/33',
        '::1/129',
        'abc',
        '10.0.0.1,',
        '1,2',
      ],
    ],
    [
      'SECURITY_CONTACT',
      [
        'security@example.com',
        'http://example.com',
        'mailto:',
        'mailto:a b@example.com',
        'https://a\nExpires: x',
      ],
    ],
    ['LAB', ['yes', 'true', '1', 'ON']],
    ['LOG_LEVEL', ['loud', 'INFO']],
    ['LOG_FORMAT', ['xml']],
  ])('%s stops the start with what it may be, when it is one of %j', (name, texts) => {
    for (const text of texts) {
      const problems = problemOf({ [name]: text });
      expect({ text, problems }).toEqual({
        text,
        problems: [expect.stringMatching(new RegExp(`^${name} may be `))],
      });
    }
  });

  it('that are bad are told all at once, each once, and never with their value', () => {
    const bad = {
      PORT: 'hunter2',
      BCRYPT_COST: 'hunter2',
      DATABASE_URL: 'mysql://root:hunter2@db',
      LAB: 'hunter2',
    };
    const problems = problemOf(bad);
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(Object.keys(bad).sort());
    const { message } = new SettingsError(problems);
    expect(message).toMatch(/^Latchkey cannot start with these settings:\n {2}- /);
    expect(message).not.toContain('hunter2');
  });

  it('that are bad are printed as the message alone', () => {
    expect(inspect(new SettingsError(['PORT may be a number']))).toBe(
      '[Latchkey cannot start with these settings:\n  - PORT may be a number]',
    );
  });

  it('that are empty count as not set', () => {
    expect(problemOf({ PORT: '', BASE_URL: '', TRUST_PROXY: '', LAB: '', DATABASE_URL: '' })).toEqual([]);
  });

  it('take nothing that is no setting', () => {
    const settings = loadSettings({
      ...secret,
      isProduction: 'true',
      bcryptCost: '1',
      __proto__: 'x',
      HOME: '/',
    });
    expect(settings).toMatchObject({ isProduction: false, bcryptCost: 12 });
    expect(settings).not.toHaveProperty('HOME');
  });

  describe('in .env of the working directory', () => {
    const start = process.cwd();
    const before = { ...process.env };
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'latchkey-env-'));
      process.chdir(folder);
      for (const name of ['PORT', 'NODE_ENV', 'SESSION_SECRET']) Reflect.deleteProperty(process.env, name);
    });
    afterEach(() => {
      process.chdir(start);
      process.env = { ...before };
      rmSync(folder, { recursive: true });
    });

    it('are read, with comments and quotes', () => {
      writeFileSync('.env', '# mine\nPORT=4000\nSESSION_SECRET="a # in it"\n');
      expect(loadSettings()).toMatchObject({ port: 4_000, sessionSecrets: ['a # in it'] });
    });

    it('give way to those of the environment', () => {
      writeFileSync('.env', 'PORT=4000\nSESSION_SECRET=x\n');
      process.env.PORT = '5000';
      expect(loadSettings().port).toBe(5_000);
    });

    it('count where the environment holds an empty variable of that name, as Docker Compose makes it', () => {
      writeFileSync('.env', 'NODE_ENV=production\nPORT=4000\nSESSION_SECRET=x\n');
      process.env.NODE_ENV = '';
      process.env.PORT = '';
      expect(readSettings()).toMatchObject({ environment: 'production', isProduction: true, port: 4_000 });
    });

    it('stop the start where a name has two values', () => {
      writeFileSync('.env', 'NODE_ENV=production\nSESSION_SECRET=x\nNODE_ENV=\n');
      expect(() => readSettings()).toThrow('.env, line 3 gives NODE_ENV another value than a line before');
    });

    it('need not be there', () => {
      process.env.SESSION_SECRET = 'x';
      expect(loadSettings().port).toBe(3_000);
    });

    it('stop the start as others do', () => {
      writeFileSync('.env', 'PORT=eighty\nSESSION_SECRET=x\n');
      expect(() => loadSettings()).toThrow('PORT may be a whole number from 1 to 65535');
    });
  });
});
