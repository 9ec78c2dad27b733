import fc from 'fast-check';
import { localPath, returnPath } from './local-path';

const OWN = 'https://latchkey.example';
/** Pages from which a browser may follow the path. */
const PAGES = [`${OWN}/users/login`, `${OWN}/`, `${OWN}/a/b/c/`];

/** Pieces of addresses that look local but are not. */
const piece = fc.constantFrom(
  '/',
  '\\',
  '.',
  '..',
  '//',
  '@',
  ':',
  '?',
  '#',
  '%2f',
  '%5c',
  '%2e',
  '%09',
  'https:',
  'evil.example',
);
const oddPiece = fc.constantFrom(
  '\t',
  '\n',
  '\r',
  ' ',
  '\0',
  '\u2028',
  '\u00a0',
  '\ufeff',
  '\u202e',
  '\ud800',
  'javascript:',
  '／',
  '。',
);
const address = fc.oneof(
  fc
    .array(fc.oneof({ weight: 4, arbitrary: piece }, oddPiece), { maxLength: 8 })
    .map((parts) => parts.join('')),
  fc.array(piece, { maxLength: 8 }).map((parts) => `/${parts.join('')}`),
  fc.string({ unit: 'binary', maxLength: 30 }).map((rest) => `/${rest}`),
  fc.webUrl(),
);

describe('A path to go back to', () => {
  it.each([
    ['/', '/'],
    ['/users', '/users'],
    ['/users?limit=5&cursor=MQ#top', '/users?limit=5&cursor=MQ#top'],
    ['/users/1/../2', '/users/2'],
    ['/./users', '/users'],
    ['/a//b', '/a//b'],
    ['/%2fevil.example', '/%2fevil.example'],
    ['/?next=//evil.example', '/?next=//evil.example'],
    ['/é', '/%C3%A9'],
  ])('%j is one of ours: %s', (text, path) => {
    expect(localPath(text)).toBe(path);
  });

  it('may have 1,024 characters', () => {
    const longest = `/${'a'.repeat(1_023)}`;
    expect(localPath(longest)).toBe(longest);
  });

  it.each([
    '',
    'users',
    './users',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/..//evil.example',
    '/%2e%2e//evil.example',
    'https://latchkey.example/users',
    'https:/users',
    'javascript:alert(1)',
    ' /users',
    '/users ',
    '/a b',
    '/a\u2028b',
    '/a\0b',
    '/a\u202eb',
    '/\ud800',
    `/${'a'.repeat(1_024)}`,
  ])('%j is none', (text) => {
    expect(localPath(text)).toBeNull();
  });

  it.each([[undefined], [null], [['/users']], [{ toString: () => '/users' }], [7], [new URL('/users', OWN)]])(
    'what is no text (%p) is none',
    (value) => {
      expect(localPath(value)).toBeNull();
    },
  );

  it('leads nowhere but to our own origin, whatever it is made of', () => {
    let accepted = 0;
    fc.assert(
      fc.property(address, (text) => {
        const path = localPath(text);
        if (path === null) return;
        accepted += 1;
        expect(path).toMatch(/^\/(?!\/)[\x21-\x7e]*$/);
        for (const page of PAGES) {
          const target = new URL(path, page);
          expect(target.origin).toBe(OWN);
          expect(target.pathname + target.search + target.hash).toBe(path);
        }
        expect(localPath(path) ?? path).toBe(path);
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(1_000);
  });
});

describe('A return path', () => {
  it.each(['/account', '/users/logs', '/teams/users/logout', '/?next=/users/logout'])('may be %s', (path) => {
    expect(returnPath(path, '')).toBe(path);
  });

  it.each(['/users/login', '/users/logout', '/USERS/LOGOUT?x=1', 'https://evil.example/', undefined])(
    'is never %s',
    (path) => {
      expect(returnPath(path, '')).toBeNull();
    },
  );

  it.each(['/app/users/login', '/app/users/logout', '/APP/users/LOGOUT?x=1'])(
    'is never %s if Latchkey is below /App',
    (path) => {
      expect(returnPath(path, '/App')).toBeNull();
    },
  );

  it.each(['/app/account', '/users/logout', '/application/users/logout', '/app'])(
    'may be %s if Latchkey is below /App',
    (path) => {
      expect(returnPath(path, '/App')).toBe(path);
    },
  );
});
