import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { BASE_URL, PASSWORD } from '../support/app';
import { addressOf, who, type FuzzRequest } from './fuzz-requests';
import type { Route } from './fuzz-bodies';

const LARGEST_BODY = 99_000;
/** Node reads 16 kB of headers, including the request line. */
const LARGEST_HEADER = 14_000;
const LARGEST_ADDRESS = 5_000;

/** Pieces that may slow some algorithm down in great numbers, or just before something that spoils a match. */
const PIECES = [
  '\u0344',
  '\u0323',
  '\u0334',
  '\u0344\u0323\u0334',
  'a\u0301', // marks to be reordered
  '\ufdfa',
  '\u1fc7',
  '\u0390',
  '\u0130',
  '\u00df',
  '\u{1d160}',
  '\uac00',
  '\u1100\u1161', // longer in another normalisation form
  '\u200d',
  '\u{1f468}\u200d',
  '\u{1f1e6}',
  '\u202e',
  '\u00ad',
  '\u3164',
  '\ufe0f',
  '\u0430',
  '\u03b1',
  '\u3042',
  '\u05d0', // scripts
  'a',
  'A',
  '1',
  '12',
  '0o0O',
  'ab',
  'aab',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\r',
  '.',
  '-',
  '_',
  '/',
  '//',
  '/.',
  '\\',
  ',',
  ';',
  '=',
  '&',
  ':',
  '@',
  '#',
  '?',
  '%',
  '+',
  '*',
  '"',
  "'",
  '\\"',
  '<',
  '<!--',
  '{{',
  '[',
  ']',
  '[]',
  '{}',
  '(',
  ')',
  '|',
  '^',
  '$',
  'a@',
  'a.',
  '@a.',
  '"a"@',
  'a@[1',
  '<a@b',
  '=?utf-8?q?',
  'xn--',
  '.com',
  '::',
  '1.',
  '0x',
  'password',
  'p4ssw0rd',
  'drowssap',
  'qwertyuiop',
  '1qaz2wsx',
  '19901231',
  '2020-12-31',
  '1.1.90',
  '4@8({[<69#!1|/',
  '5$5$',
  'z2%7',
  '%41',
  '%00',
  '%25',
  '%u0',
  '%ED%A0%80',
  '&#x',
  '&amp;',
  '\\u0344',
  'Mozilla/5.0 (',
  'Linux ',
  'Android ',
  'Chrome/1 ',
  'Version/',
  'Safari/ ',
  'Mac OS X 10_',
  '; ',
  'text/html,',
  '*/*;q=0.1,',
  'a/b;q="',
  'en-US;q=0.5,',
  'gzip,',
  'bytes=0-1,',
  '1-1,',
  'W/"a",',
  '127.0.0.1,',
  '::1,',
  'for=1;',
  'sid=s%3Aa.b; ',
  'session=a.1.b; ',
  'a=b; ',
  '$', // prettier-ignore
];

const length = (longest: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(longest) },
    { weight: 2, arbitrary: fc.constantFrom(63, 64, 127, 128, 254, 255, 1_000, 2_000, 4_000, 8_000) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: longest }) },
  );

/** Up to three repeated pieces in a row, perhaps with something before and after them. */
const repeated = (longest: number): fc.Arbitrary<string> =>
  fc
    .record({
      runs: fc.array(fc.tuple(fc.constantFrom(...PIECES), fc.integer({ min: 1, max: 10 })), {
        minLength: 1,
        maxLength: 3,
      }),
      isMixed: fc.boolean(),
      before: fc.constantFrom('', 'a', '"', 'a@', '/', 'Mozilla/5.0 '),
      behind: fc.constantFrom('', '!', '@a.com', '"', '\u0301', 'x'),
      length: length(longest),
    })
    .map(({ runs, isMixed, before, behind, length: wanted }) => {
      const units = Math.min(wanted, longest);
      if (isMixed) return before + fill(runs.map(([piece]) => piece).join(''), units) + behind;
      const total = runs.reduce((sum, [, share]) => sum + share, 0);
      return before + runs.map(([piece, share]) => fill(piece, (units * share) / total)).join('') + behind;
    });

const fill = (piece: string, units: number) => piece.repeat(Math.max(1, Math.floor(units / piece.length)));
/** Cut so that it can be sent at all; where exactly does not matter. */
const within = (text: string, bytes: number) => {
  if (Buffer.byteLength(text) <= bytes) return text;
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString()
    .replace(/\ufffd+$/, '');
};

const FIELDS = ['username', 'password', 'email', 'content', 'next', 'currentPassword', 'newPassword', 'token', '_method', 'remember', '_csrf']; // prettier-ignore
/** All fields of the routes, so that a long one is read; an unknown field would be refused first. */
const known = (path: string): Record<string, string> => {
  if (path.includes('messages')) return { content: 'A message' };
  if (path.includes('password-strength'))
    return { password: PASSWORD, username: 'ada', email: 'a@example.com' };
  if (path.includes('login')) return { username: 'unknown.user', password: PASSWORD };
  if (path.includes('signup')) return { username: 'own.0', password: PASSWORD, email: 'a@example.com' };
  if (path.includes('confirm') || path.includes('reset/password')) return { token: 'x', password: PASSWORD };
  if (path.includes('password-reset')) return { email: 'a@example.com' };
  if (path.includes('reauthenticate')) return { password: 'wrong' };
  if (path.includes('account/password') || path.includes('auth/password')) return { currentPassword: 'wrong', newPassword: PASSWORD }; // prettier-ignore
  if (path.includes('email')) return { email: 'a@example.com', currentPassword: 'wrong' };
  if (path.includes('delete')) return { currentPassword: 'wrong' };
  return { username: 'own.0', email: 'a@example.com', currentPassword: 'wrong' };
};

const percent = (text: string) => encodeURIComponent(text.replace(/\p{Cs}/gu, ''));
const formOf = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, value]) => `${percent(name)}=${percent(value)}`)
    .join('&');

type Typed = { type: string; body: string; encoding?: string };
const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** One field of a body, or several, made long. */
const longFields = ({ path }: Route): fc.Arbitrary<Typed> => {
  const fields = known(path);
  const isApi = path.startsWith('/api');
  const name = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...Object.keys(fields)) },
    { weight: 1, arbitrary: fc.constantFrom(...FIELDS) },
  );
  return fc.dictionary(name, repeated(LARGEST_BODY), { minKeys: 1, maxKeys: 2 }).map((long) => {
    const largest = LARGEST_BODY / Object.keys(long).length / (isApi ? 1 : 3);
    const cut = Object.fromEntries(Object.entries(long).map(([key, text]) => [key, within(text, largest)]));
    const all = { ...fields, ...cut };
    return isApi ? { type: JSON_TYPE, body: JSON.stringify(all) } : { type: FORM, body: formOf(all) };
  });
};

/** As many parts as fit into a body. */
function many(part: (index: number) => string, join = ''): string {
  const count = Math.floor(LARGEST_BODY / (part(99_999).length + join.length));
  return Array.from({ length: count }, (_, index) => part(index)).join(join);
}

/** Bodies whose structure is slow to parse; created only when they are sent. */
const JSON_SHAPES: ((name: string) => string)[] = [
  () => `{${many((n) => `"${n.toString(36)}":1`, ',')}}`,
  () => `{${many((n) => `"${n.toString(36)}":{}`, ',')}}`,
  (name) => `{"${name}":[${many(() => '[]', ',')}]}`,
  (name) => `{"${name}":[${many(() => '{"a":{"b":"c"}}', ',')}]}`,
  (name) => `{"${name}":[${Array<string>(1_600).fill('{"a":{"b":"c"}}').join()}]}`,
  (name) => `{"${name}":[${many(() => '""', ',')}]}`,
  (name) => `{"${name}":{${many((n) => `"${n.toString(36)}":1`, ',')}}}`,
  (name) => `{"${name}":"${many(() => '\\"')}"}`,
  (name) => `{"${name}":"${many(() => '\\u0344')}"}`,
  (name) => `{"${name}":"${many(() => '\\\\')}`,
  () => `[${many(() => '0', ',')}]`,
  () => many(() => '"'),
  () => many(() => '['),
  () => many(() => '{"a":'),
  (name) => `{"${name}":1${'0'.repeat(90_000)}}`,
];
const FORM_SHAPES: ((name: string) => string)[] = [
  () => many((n) => n.toString(36), '&'),
  () => many((n) => `${n.toString(36)}=1`, '&'),
  (name) => `${name}=${many(() => '%41')}`,
  (name) => `${name}=${many(() => '%')}`,
  (name) => `${name}=${many(() => '+')}`,
  () => many(() => '%41'),
  () => many(() => '='),
  () => many(() => '&'),
  (name) => `${name}[${many(() => '][')}]=1`,
];

const oddShapes = ({ path }: Route): fc.Arbitrary<Typed> => {
  const name = Object.keys(known(path))[0];
  const [type, shapes] = path.startsWith('/api') ? [JSON_TYPE, JSON_SHAPES] : [FORM, FORM_SHAPES];
  return fc.nat(shapes.length - 1).map((index) => ({ type, body: shapes[index](name) }));
};

const gzipped = (typed: Typed): Typed => ({
  ...typed,
  encoding: 'gzip',
  body: gzipSync(typed.body).toString('latin1'),
});

const bodyFor = (route: Route): fc.Arbitrary<Typed | null> =>
  route.method === 'GET'
    ? fc.constant(null)
    : fc
        .tuple(
          fc.oneof({ weight: 4, arbitrary: longFields(route) }, { weight: 1, arbitrary: oddShapes(route) }),
          fc.integer({ min: 0, max: 9 }),
        )
        .map(([typed, dice]) =>
          dice === 0 ? gzipped(typed) : { ...typed, body: Buffer.from(typed.body).toString('latin1') },
        );

const HEADERS = [
  'Accept',
  'Accept-Language',
  'Accept-Encoding',
  'User-Agent',
  'Referer',
  'Origin',
  'Content-Type',
  'Content-Encoding',
  'Cookie',
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  'X-Forwarded-Host',
  'Forwarded',
  'X-CSRF-Token',
  'Authorization',
  'Range',
  'If-None-Match',
  'If-Modified-Since',
  'Sec-Fetch-Site',
  'Purpose',
  'Cache-Control',
  'Host',
  'Idempotency-Key', // prettier-ignore
];
const sendable = (text: string) => {
  const latin1 = Buffer.from(text)
    .toString('latin1')
    .replace(/[^\x20-\x7e\xa0-\xff]/g, 'x');
  return latin1.slice(0, LARGEST_HEADER / 2);
};

const longHeader = fc
  .tuple(fc.constantFrom(...HEADERS), repeated(LARGEST_HEADER / 2))
  .map(([name, text]) => ({ [name]: sendable(text).trim() }));

const headersFor = fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: longHeader });

const inAddress = (text: string) => percent(within(text, LARGEST_ADDRESS)).slice(0, LARGEST_HEADER / 2).replace(/%.?$/, ''); // prettier-ignore
const tail = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('next', 'cursor', 'limit', 'username', '_method', 'q'),
        repeated(LARGEST_ADDRESS),
      )
      .map(([name, text]) => `?${name}=${inAddress(text)}`),
  },
  { weight: 1, arbitrary: repeated(LARGEST_ADDRESS).map((text) => `/${inAddress(text)}`) },
  {
    weight: 1,
    arbitrary: repeated(LARGEST_ADDRESS).map(
      (text) => `?${text.replace(/[^\x21-\x7e]/g, '&').slice(0, LARGEST_HEADER / 2)}`,
    ),
  },
);

/** Requests that are large in some way, each of which some part of the application has to read. */
export function slowRequests(routes: Route[]): fc.Arbitrary<FuzzRequest> {
  // Routes with a body process most of an attacker's text.
  const weighted = routes.flatMap((route) => (route.method === 'GET' ? [route] : [route, route, route]));
  return fc.constantFrom(...weighted).chain((route) =>
    fc
      .record({
        method: fc.constant(route.method),
        path: addressOf(route),
        tail,
        who,
        headers: headersFor,
        body: bodyFor(route),
      })
      .map(({ path, tail: behind, headers, body, ...rest }) => ({
        ...rest,
        path: path + behind,
        headers: {
          Origin: BASE_URL,
          Accept: '*/*',
          ...(body && { 'Content-Type': body.type }),
          ...(body?.encoding !== undefined && { 'Content-Encoding': body.encoding }),
          ...headers,
        },
        body: body && body.body,
      })),
  );
}
