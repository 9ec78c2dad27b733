import { resolve } from 'node:path';
import { loadSettings } from './load-settings';
import { unambiguousSqliteUrl } from './sqlite-path';

describe('DATABASE_URL for SQLite', () => {
  it.each([
    ['sqlite:app.db', 'sqlite:app.db'],
    ['sqlite:./app.db', 'sqlite:./app.db'],
    ['sqlite:/srv/app.db', 'sqlite:/srv/app.db'],
    ['sqlite:////srv/app.db', 'sqlite:/srv/app.db'],
    ['postgres:////srv', 'postgres:////srv'],
  ])('%s names one file', (given, read) => {
    expect(unambiguousSqliteUrl(given)).toBe(read);
  });

  it.each([
    ['sqlite:///app.db', 'app.db'],
    ['sqlite:///srv/app.db', 'srv/app.db'],
    ['sqlite://app.db', 'app.db'],
  ])('%s could mean two files: the start is refused and both are named', (given, path) => {
    expect(() => loadSettings({ SESSION_SECRET: 'x', DATABASE_URL: given })).toThrow(
      `DATABASE_URL may mean two files: write sqlite:${path} for ${resolve(path)}, or sqlite:/${path} for /${path}`,
    );
  });
});
