import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkOptions, type SettingOptions, settingsOf } from './option-settings';
import { SettingsError } from './load-settings';

function problemsOf(options: object): string[] {
  try {
    checkOptions(options);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('Options', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'latchkey-options-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('fill the settings with values of their own types, or with texts', () => {
    const options: SettingOptions = {
      dataDir,
      baseUrl: 'https://example.com/',
      trustProxy: 1,
      session: {
        secret: 'one, with a comma',
        idleTimeout: '5m',
        absoluteTimeout: 60_000,
        cache: 0,
        maxSize: '8kB',
      },
      passwords: { cost: 11, pepper: ['a', 'b'] },
      throttle: false,
    };
    expect(settingsOf(options)).toMatchObject({
      baseUrl: 'https://example.com',
      trustProxy: '1',
      sessionSecrets: ['one, with a comma'],
      sessionIdleTimeout: 300_000,
      sessionAbsoluteTimeout: 60_000,
      sessionCache: 0,
      sessionMaxSize: 8_192,
      bcryptCost: 11,
      passwordPeppers: ['a', 'b'],
      throttle: false,
    });
  });

  it('have the defaults of the environment loader', () => {
    expect(settingsOf({ dataDir, session: { secret: undefined } })).toMatchObject({
      sessionIdleTimeout: 30 * 60_000,
      databaseUrl: `sqlite:${join(dataDir, 'latchkey.sqlite')}`,
      sessionSecrets: [expect.stringMatching(/^[\w-]{43}$/)],
    });
  });

  it.each([
    [
      { session: { idelTimeout: '5m' } },
      'session.idelTimeout is not an option. Did you mean session.idleTimeout?',
    ],
    [{ sesion: {} }, 'sesion is not an option'],
    [{ session: 'x' }, 'session may be an object of options'],
    [{ session: null }, 'session may be an object of options'],
    [{ session: [] }, 'session may be an object of options'],
    [{ session: new Map([['secret', 'x']]) }, 'session may be an object of options'],
    [{ constructor: 1 }, 'constructor is not an option'],
    [{ session: { store: 'disk' } }, 'session.store may be database, redis or memory'],
    [{ session: { secret: '' } }, 'session.secret may be one or more secrets, separated by commas'],
    [{ session: { secret: [1] } }, 'session.secret may be one or more secrets, separated by commas'],
    [{ session: { cache: -1 } }, 'session.cache may be a whole number from 0 to 10000000'],
    [{ session: { idleTimeout: Infinity } }, /^session.idleTimeout may be a duration/],
    [{ throttle: 'no' }, 'throttle may be on or off'],
    [{ allowUnsafe: true }, 'allowUnsafe may be names, separated by commas'],
    [{ trustProxy: true }, /^trustProxy may be off/],
    [{ baseUrl: 'example.com' }, /^baseUrl may be an http or https address/],
    [{ origins: 'https://fine.example, *' }, /^origins may be exact https origins .*: not "\*"$/],
    [{ origins: true }, /^origins may be exact https origins .*: not true$/],
    [{ origins: [/a/] }, /^origins may be exact https origins/],
    [
      { origins: ['http://127.0.0.1:5173'] },
      'origins names another site than baseUrl, http://127.0.0.1:5173: its cookies need a baseUrl with https',
    ],
    [{ siteDomain: 'com' }, /^siteDomain may be the domain of baseUrl that/],
    [{ siteDomain: '.example.com' }, /^siteDomain may be the domain of baseUrl that/],
    [
      { siteDomain: 'example.com', baseUrl: 'https://notexample.com' },
      'siteDomain may be the domain of baseUrl alone',
    ],
  ])('name what is wrong with %j', (options, problem) => {
    expect(problemsOf(options)).toEqual([
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    ]);
  });

  it.each([
    ...['*', 'null', 'https://*.example.com', 'https://a.example/', 'https://a.example/app', 'a.example', ''],
    ...['http://a.example', 'https://A.example', 'https://a.example:443', 'https://u@a.example', 'https://'],
    ...['https://a.example?', 'https://bücher.example', ' https://a.example', 'https://a.example:99999'],
    ...['wss://a.example', 'https://a.example,https://b.example', 'http://127.0.0.1.evil.example'],
  ])('name an origin that is not exact: %j', (origin) => {
    expect(problemsOf({ origins: ['https://fine.example', origin] })).toEqual([
      `origins may be exact https origins (for example https://app.example.com), or http ones of this machine: not ${JSON.stringify(origin)}`,
    ]);
  });

  it.each(['https://app.example.com', 'https://app.example.com:8443', 'https://xn--bcher-kva.example'])(
    'take the exact origin %s',
    (origin) => {
      expect(problemsOf({ baseUrl: 'https://api.example.com', origins: [origin] })).toEqual([]);
    },
  );

  it.each(['Production', 'prod', 'staging', ' production'])(
    'are held to the production rules where NODE_ENV is %j',
    (name) => {
      const { NODE_ENV } = process.env;
      process.env.NODE_ENV = name;
      try {
        const start = () => settingsOf({ dataDir, throttle: false });
        expect(start).toThrow('throttle must be on in production');
      } finally {
        process.env.NODE_ENV = NODE_ENV;
      }
    },
  );

  it('are held to the production rules, under their own names', () => {
    const { NODE_ENV } = process.env;
    process.env.NODE_ENV = 'production';
    try {
      const start = (options: SettingOptions) => () => settingsOf({ dataDir, ...options });
      expect(start({})).toThrow('session.secret must be given in production');
      const session = { secret: 'x'.repeat(32) };
      expect(start({ session, passwords: { cost: 4 } })).toThrow(
        'passwords.cost must be 10 or more in production',
      );
      expect(start({ session, passwords: { cost: 4 }, allowUnsafe: ['passwords.cost'] })).not.toThrow();
    } finally {
      process.env.NODE_ENV = NODE_ENV;
    }
  });
});
