import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, SettingsError } from './load-settings';
import { startWarnings } from './production-rules';

const SECRET = 's'.repeat(32);
const SAFE = {
  NODE_ENV: 'production',
  BASE_URL: 'https://example.com',
  TRUST_PROXY: '1',
  SESSION_SECRET: SECRET,
};

function refusalsOf(environment: Record<string, string | undefined>): string[] {
  try {
    loadSettings({ ...SAFE, ...environment });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe('In production', () => {
  it('the application starts with safe settings, without the lab, telling its log in JSON', () => {
    expect(loadSettings(SAFE)).toMatchObject({
      isProduction: true,
      lab: false,
      logFormat: 'json',
      https: true,
    });
    expect(startWarnings(loadSettings(SAFE))).toEqual([]);
  });

  it('what the defaults leave out may be chosen', () => {
    expect(loadSettings({ ...SAFE, LAB: 'on', LOG_FORMAT: 'pretty' })).toMatchObject({
      lab: true,
      logFormat: 'pretty',
    });
  });

  it.each([undefined, 'short', 'x'.repeat(31), `${SECRET},short`, `short,${SECRET}`])(
    'the secret must be given, and each be long enough: not %j',
    (SESSION_SECRET) => {
      expect(refusalsOf({ SESSION_SECRET })).toEqual([
        expect.stringMatching(/^SESSION_SECRET must be given in production, 32 characters or more each/),
      ]);
    },
  );

  it.each(['short', `${SECRET},short`])(
    'a pepper need not be given, but be long enough: not %j',
    (peppers) => {
      expect(refusalsOf({ PASSWORD_PEPPER: SECRET })).toEqual([]);
      expect(refusalsOf({ PASSWORD_PEPPER: peppers })).toEqual([
        expect.stringMatching(/^PASSWORD_PEPPER must be 32 characters or more each/),
      ]);
    },
  );

  it('no secret is made', () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-production-'));
    expect(refusalsOf({ SESSION_SECRET: undefined, DATA_DIR: folder })).toHaveLength(1);
    expect(existsSync(join(folder, 'session-secret'))).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it.each([
    'http://example.com',
    'http://10.0.0.1',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://[::2]',
  ])('users must come by https: not by %s', (BASE_URL) => {
    expect(refusalsOf({ BASE_URL })).toEqual([
      expect.stringMatching(/^BASE_URL must be an https address in production/),
    ]);
  });

  it.each([
    'http://localhost',
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'http://127.9.9.9',
    'http://[::1]:3000',
  ])('plain http will do for a loopback host: %s', (BASE_URL) => {
    expect(refusalsOf({ BASE_URL })).toEqual([]);
  });

  it.each(['off', '0', '00'])('a proxy that ends TLS must be known: not TRUST_PROXY=%s', (TRUST_PROXY) => {
    expect(refusalsOf({ TRUST_PROXY })).toEqual([
      expect.stringMatching(/^TRUST_PROXY must say how many proxies stand in front, or their addresses/),
    ]);
    expect(refusalsOf({ TRUST_PROXY, BASE_URL: 'http://localhost:3000' })).toEqual([]);
    expect(refusalsOf({ TRUST_PROXY, ALLOW_UNSAFE: 'TRUST_PROXY' })).toEqual([]);
  });

  it.each([
    '11',
    '99',
    '0.0.0.0/0',
    '::/0',
    '0.0.0.0/1, 128.0.0.0/1',
    '10.0.0.1, 0.0.0.0/7',
    '::ffff:0:0/96',
    '0:0:0:0:0:FFFF:0.0.0.0/96',
    '::/6',
  ])('visitors must not be taken for proxies: not TRUST_PROXY=%s', (TRUST_PROXY) => {
    const refused = expect.stringMatching(/^TRUST_PROXY must name the proxies alone/) as string;
    expect(refusalsOf({ TRUST_PROXY })).toEqual([refused]);
    expect(refusalsOf({ TRUST_PROXY, BASE_URL: 'http://localhost:3000' })).toEqual([refused]);
  });

  it.each([
    '1',
    '10',
    '10.0.0.0/8',
    'fc00::/7',
    'loopback, uniquelocal',
    '203.0.113.7',
    '::ffff:10.0.0.0/104',
  ])('proxies may be named: TRUST_PROXY=%s', (TRUST_PROXY) => {
    expect(refusalsOf({ TRUST_PROXY })).toEqual([]);
  });

  it('sessions must outlive a restart', () => {
    expect(refusalsOf({ SESSION_STORE: 'memory' })).toEqual([
      'SESSION_STORE must be database or redis in production: memory forgets every session at a restart',
    ]);
  });

  it('guesses must be throttled', () => {
    expect(refusalsOf({ THROTTLE: 'off' })).toEqual([
      expect.stringMatching(/^THROTTLE must be on in production/),
    ]);
    expect(refusalsOf({ THROTTLE: 'off', ALLOW_UNSAFE: 'THROTTLE' })).toEqual([]);
  });

  it.each(['4', '9'])('passwords must be hashed at a cost of 10 or more: not %s', (BCRYPT_COST) => {
    expect(refusalsOf({ BCRYPT_COST })).toEqual(['BCRYPT_COST must be 10 or more in production']);
  });

  it('everything that is refused is told at once', () => {
    const refusals = refusalsOf({ SESSION_SECRET: 'x', BASE_URL: 'http://example.com', BCRYPT_COST: '4' });
    expect(refusals.map((refusal) => refusal.split(' ')[0])).toEqual([
      'SESSION_SECRET',
      'BASE_URL',
      'BCRYPT_COST',
    ]);
    expect(refusals.join()).not.toContain('SESSION_SECRET x');
  });

  it('ALLOW_UNSAFE lifts the refusals that it names, each with a warning at every start, and no other', () => {
    const unsafe = { BASE_URL: 'http://example.com', BCRYPT_COST: '4' };
    const warnings = startWarnings(
      loadSettings({ ...SAFE, ...unsafe, ALLOW_UNSAFE: 'BCRYPT_COST, BASE_URL' }),
    );
    expect(warnings).toEqual([
      expect.stringMatching(/^ALLOW_UNSAFE lifts a refusal: BASE_URL must be an https address/),
      'ALLOW_UNSAFE lifts a refusal: BCRYPT_COST must be 10 or more in production',
    ]);
    expect(refusalsOf({ ...unsafe, ALLOW_UNSAFE: 'BCRYPT_COST' })).toEqual([
      expect.stringMatching(/^BASE_URL /),
    ]);
    expect(refusalsOf({ ...unsafe, ALLOW_UNSAFE: 'all' })).toHaveLength(2);
    expect(refusalsOf({ ...unsafe, ALLOW_UNSAFE: 'bcrypt_cost,base_url' })).toHaveLength(2);
  });

  it('a bad value is no unsafe one: it is refused whatever ALLOW_UNSAFE says', () => {
    expect(refusalsOf({ BCRYPT_COST: '3', ALLOW_UNSAFE: 'BCRYPT_COST' })).toEqual([
      'BCRYPT_COST may be a whole number from 4 to 15',
    ]);
  });

  it('and only there: elsewhere nothing is refused and nothing warned of', () => {
    for (const NODE_ENV of ['development', 'test']) {
      const settings = loadSettings({
        NODE_ENV,
        SESSION_SECRET: 'x',
        BASE_URL: 'http://example.com',
        BCRYPT_COST: '4',
      });
      expect(startWarnings(settings)).toEqual([]);
    }
  });
});
