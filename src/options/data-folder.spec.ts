import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from './load-settings';

const PRODUCTION = {
  NODE_ENV: 'production',
  BASE_URL: 'https://example.com',
  TRUST_PROXY: '1',
  SESSION_SECRET: 'a secret of thirty-two characters or more',
};

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

describe('DATA_DIR', () => {
  let root: string;
  let dataDir: string;
  const umask = process.umask(0o022);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'latchkey-folder-'));
    dataDir = join(root, 'new', 'data');
  });
  afterEach(() => rmSync(root, { recursive: true }));
  afterAll(() => process.umask(umask));

  const start = (settings: Record<string, string> = {}) => loadSettings({ DATA_DIR: dataDir, ...settings });

  it.each([
    ['a secret that is made', {}],
    ['a secret that is given', { SESSION_SECRET: 'x' }],
    ['the settings of production', PRODUCTION],
  ])('is made for its owner alone, with the database in it, with %s', (_, settings) => {
    expect(start(settings).warnings).toEqual([]);
    expect(modeOf(dataDir)).toBe('700');
    expect(modeOf(join(dataDir, 'latchkey.sqlite'))).toBe('600');
  });

  describe('that others can open', () => {
    beforeEach(() => {
      mkdirSync(join(dataDir, 'outbox'), { recursive: true });
      for (const name of ['latchkey.sqlite', 'latchkey.sqlite-wal', 'session-secret'])
        writeFileSync(join(dataDir, name), '');
      chmodSync(dataDir, 0o755);
    });

    it('is closed with all that is in it, if it holds our files alone', () => {
      expect(start(PRODUCTION).warnings).toEqual([]);
      expect([dataDir, join(dataDir, 'outbox')].map(modeOf)).toEqual(['700', '700']);
      const files = ['latchkey.sqlite', 'latchkey.sqlite-wal', 'session-secret'];
      expect(files.map((name) => modeOf(join(dataDir, name)))).toEqual(['600', '600', '600']);
    });

    it('keeps its mode if other files are in it: a warning, in production a refusal', () => {
      writeFileSync(join(dataDir, 'index.html'), '');
      const sentence = `DATA_DIR ${dataDir} is open to other users: use a folder of its own, or chmod 700`;
      expect(start({ SESSION_SECRET: 'x' }).warnings).toEqual([sentence]);
      expect(() => start(PRODUCTION)).toThrow(sentence);
      expect(start({ ...PRODUCTION, ALLOW_UNSAFE: 'DATA_DIR' }).warnings).toContain(sentence);
      expect([dataDir, join(dataDir, 'index.html')].map(modeOf)).toEqual(['755', '644']);
      expect(modeOf(join(dataDir, 'latchkey.sqlite'))).toBe('600');
    });

    it('keeps its mode if it is for everybody, as /tmp is', () => {
      chmodSync(dataDir, 0o1777);
      expect(() => start(PRODUCTION)).toThrow('is open to other users');
      expect(modeOf(dataDir)).toBe('1777');
    });

    it('is closed where it is a link, and what a link in it leads to is left alone', () => {
      const link = join(root, 'link');
      const elsewhere = join(root, 'elsewhere');
      writeFileSync(elsewhere, '');
      rmSync(join(dataDir, 'session-secret'));
      symlinkSync(elsewhere, join(dataDir, 'session-secret'));
      symlinkSync(dataDir, link);
      start({ ...PRODUCTION, DATA_DIR: link });
      expect([modeOf(dataDir), modeOf(elsewhere)]).toEqual(['700', '644']);
    });
  });

  it('need not hold the database: elsewhere that may be open to a group, and never to everybody', () => {
    const path = join(root, 'shared.sqlite');
    writeFileSync(path, '');
    chmodSync(path, 0o664);
    start({ ...PRODUCTION, DATABASE_URL: `sqlite:${path}` });
    expect(modeOf(path)).toBe('660');
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path), 'cannot be opened (EISDIR)'],
    [
      'another kind of file',
      (path: string) => writeFileSync(path, 'PK'.repeat(99)),
      'is not an SQLite database',
    ],
  ])('is not asked to hold a database that is %s: the path and the setting are named', (_, make, reason) => {
    const path = join(root, 'app.db');
    make(path);
    expect(() => start({ DATABASE_URL: `sqlite:${path}` })).toThrow(
      `DATABASE_URL names ${path}, which ${reason}`,
    );
  });
});
