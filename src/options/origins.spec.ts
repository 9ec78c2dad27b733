import { loadSettings, readSettings } from './load-settings';
import { isExactOrigin } from './origins';

const ORIGINS = 'https://app.example.com';
const sameSite = (environment: Record<string, string>) => readSettings(environment).sameSite;

describe('Cookies are SameSite=Lax', () => {
  it.each([
    ['without other origins', { BASE_URL: 'https://example.com' }],
    ['if an origin differs in its port alone', { ORIGINS: 'http://localhost:5173' }],
    [
      'if SITE_DOMAIN contains both',
      { BASE_URL: 'https://api.example.com', ORIGINS, SITE_DOMAIN: 'example.com' },
    ],
    ['if it is SITE_DOMAIN', { BASE_URL: 'https://example.com', ORIGINS, SITE_DOMAIN: 'example.com' }],
  ])('%s', (_, environment) => expect(sameSite(environment)).toBe('lax'));
});

describe('Cookies are SameSite=None', () => {
  it.each([
    ['for another host', { BASE_URL: 'https://api.example.com', ORIGINS }],
    [
      'if one of several is another site',
      {
        BASE_URL: 'https://api.example.com',
        ORIGINS: `${ORIGINS},https://other.example`,
        SITE_DOMAIN: 'example.com',
      },
    ],
    [
      'if SITE_DOMAIN is only the end of a name',
      { BASE_URL: 'https://example.com', ORIGINS: 'https://notexample.com', SITE_DOMAIN: 'example.com' },
    ],
    ['for another scheme', { BASE_URL: 'https://localhost:3000', ORIGINS: 'http://localhost:5173' }],
  ])('%s', (_, environment) => expect(sameSite(environment)).toBe('none'));
});

describe('An http origin', () => {
  const production = {
    NODE_ENV: 'production',
    BASE_URL: 'https://example.com',
    TRUST_PROXY: '1',
    SESSION_SECRET: 's'.repeat(32),
  };

  it.each(['http://localhost:5173', 'http://127.0.0.1:5173', 'http://[::1]:5173'])(
    'may be of this machine: %s',
    (origin) => expect(isExactOrigin(origin)).toBe(true),
  );

  it('is refused in production', () => {
    expect(() => loadSettings({ ...production, ORIGINS: 'http://localhost:5173' })).toThrow(
      'ORIGINS must be https origins in production',
    );
  });
});
