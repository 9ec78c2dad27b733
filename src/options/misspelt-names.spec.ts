import { loadSettings, SettingsError } from './load-settings';
import { misspeltNames } from './misspelt-names';
import { SETTING_NAMES } from './setting-decorators';

const SAFE = {
  NODE_ENV: 'production',
  BASE_URL: 'https://example.com',
  TRUST_PROXY: '1',
  SESSION_SECRET: 'a secret of thirty-two characters or more',
  SMTP_URL: 'smtp://mail.example.com',
};

const meaning = (name: string) => misspeltNames({ [name]: 'x' }).map(({ meant }) => meant);

describe('A variable whose name is almost that of a setting', () => {
  it.each([
    ['SESION_SECRET', 'SESSION_SECRET'],
    ['SESSION_SECRTE', 'SESSION_SECRET'],
    ['session_secret', 'SESSION_SECRET'],
    ['TRUSTPROXY', 'TRUST_PROXY'],
    ['BASEURL', 'BASE_URL'],
    ['NODE_EVN', undefined], // two of eight letters differ
    ['NODEENV', 'NODE_ENV'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['WORKER', 'WORKERS'],
    ['\uFEFFNODE_ENV', 'NODE_ENV'],
    ['\uFEFFPORT', 'PORT'],
    ['PORT ', 'PORT'],
  ])('%j is noticed', (name, meant) => {
    expect(meaning(name)).toEqual(meant === undefined ? [] : [meant]);
  });

  it.each([
    ...[
      'HOME',
      'LANG',
      'MAIL',
      'PATH',
      'PWD',
      'HOSTNAME',
      'LOGNAME',
      'SHELL',
      'TERM',
      'NODE_OPTIONS',
      'NODE_PATH',
    ],
    ...[
      'npm_config_host',
      'http_proxy',
      'HOSTS',
      'POST',
      'port',
      'LABEL',
      'PGHOST',
      'REDIS_PORT',
      'TZ',
      'CI',
      '_',
    ],
  ])('%j is a name of its own', (name) => {
    expect(meaning(name)).toEqual([]);
  });

  it('is never another setting', () => {
    for (const name of SETTING_NAMES) expect(meaning(name)).toEqual([]);
  });

  it('is a warning at every start, and in production a refusal that ALLOW_UNSAFE lifts', () => {
    const sentence =
      'SESION_LIMIT is not a setting. Did you mean SESSION_LIMIT? Correct the name, or remove the variable';
    const misspelt = { SESION_LIMIT: '3' };
    expect(loadSettings({ SESSION_SECRET: 'x', ...misspelt }).warnings).toEqual([sentence]);
    expect(() => loadSettings({ ...SAFE, ...misspelt })).toThrow(new SettingsError([sentence]));
    const allowed = loadSettings({ ...SAFE, ...misspelt, ALLOW_UNSAFE: 'SESION_LIMIT' });
    expect(allowed.warnings).toEqual([`ALLOW_UNSAFE lifts a refusal: ${sentence}`]);
  });

  it.each(['\uFEFFNODE_ENV', 'NODEENV', 'node_env'])('%j=production never starts as development', (name) => {
    expect(() => loadSettings({ SESSION_SECRET: 'x', [name]: 'production' })).toThrow(
      'Did you mean NODE_ENV?',
    );
  });
});
