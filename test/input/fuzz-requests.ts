import fc from 'fast-check';
import { BASE_URL } from '../support/app';
import { body, encoded, fields, fitting, formOf, type Route, text } from './fuzz-bodies';

export const LISTED_ORIGIN = 'http://localhost:5173';

export type Who = 'own' | 'bearer' | 'other' | 'tampered' | 'planted' | 'junk' | 'guest';

/** A generated request; `{own}` and `{other}` stand for the IDs of users who are created during the run. */
export interface FuzzRequest {
  method: string;
  path: string;
  who: Who;
  headers: Record<string, string>;
  /** latin1, so that it can be printed and sent byte by byte. */
  body: string | null;
}

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'PURGE',
  'REPORT',
];
const IDS = [
  '0',
  '-1',
  '01',
  '1.0',
  '0x1',
  'abc',
  '2147483648',
  '9'.repeat(23),
  'new',
  'edit',
  'login',
  'welcome',
];
// What a header or a request line can contain at all; the client refuses to send the rest.
const latin1 = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
});
const header = latin1.map((text) => text.replace(/[\x7f-\x9f]/g, '').trim());
const inPath = latin1.map((text) => text.replace(/[^\x21-\x7e]/g, ''));

const parameter = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('{own}', '{other}', '1') },
  { weight: 2, arbitrary: fc.constantFrom(...IDS) },
  { weight: 1, arbitrary: text.map((value) => encoded(value).slice(0, 3_000)) },
  { weight: 1, arbitrary: inPath.map((value) => value.replace(/[/?#]/g, '')) },
);

/** A route's own address with its parameters filled in. */
export const addressOf = ({ path }: Route) => {
  const parts = path.split(/(\{?[:*]\w+\}?)/);
  return fc
    .tuple(...parts.map((part) => (/^\{?[:*]/.test(part) ? parameter : fc.constant(part))))
    .map((filled) => filled.join(''));
};

const TWISTS: ((path: string) => string)[] = [
  (path) => path.toUpperCase(),
  (path) => `/${path}`,
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => `${path};x.css`,
  (path) => `${path}/x.css`,
  (path) => `${path}%00`,
  (path) => `${path}%`,
  (path) => path.replace(/\//g, '\\').replace(/^\\/, '/'),
  (path) => path.replace(/\/(\w)/g, (_, letter: string) => `/%${letter.charCodeAt(0).toString(16)}`),
  (path) => `/x/..${path}`,
  (path) => `${BASE_URL}${path}`,
];

const pathFor = (route: Route) =>
  fc.oneof(
    { weight: 8, arbitrary: addressOf(route) },
    {
      weight: 2,
      arbitrary: fc.tuple(addressOf(route), fc.constantFrom(...TWISTS)).map(([path, twist]) => twist(path)),
    },
    { weight: 1, arbitrary: inPath.map((rest) => `/${rest}`) },
  );

const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fields.map((pairs) => `?${formOf(pairs)}`.slice(0, 6_000)) },
  { weight: 1, arbitrary: inPath.map((value) => `?${value}`) },
);

const oddHeaders = fc.record(
  {
    Accept: fc.oneof(fc.constantFrom('text/html', 'application/json', '*/*', 'image/png', ''), header),
    'Accept-Language': header,
    'User-Agent': header,
    Referer: header,
    Origin: fc.oneof(
      { weight: 6, arbitrary: fc.constant(BASE_URL) },
      fc.constantFrom('null', 'https://evil.example', LISTED_ORIGIN),
      header,
    ),
    'Sec-Fetch-Site': fc.constantFrom('same-origin', 'none', 'same-site', 'cross-site', 'x'),
    'X-CSRF-Token': header,
    'X-HTTP-Method-Override': fc.constantFrom('DELETE', 'PATCH'),
    'X-Forwarded-For': fc.oneof(fc.constant('127.0.0.1'), header),
    'X-Forwarded-Proto': fc.constantFrom('https', 'x,y'),
    'X-Forwarded-Host': fc.constant('evil.example'),
    Range: fc.constantFrom('bytes=0-0', 'bytes=9999999-', 'bytes=5-1', 'x'),
    'If-None-Match': fc.constantFrom('*', '"x"', 'W/'),
    'If-Modified-Since': header,
    Authorization: fc.oneof(
      header,
      header.map((token) => `Bearer ${token}`),
    ),
  },
  { requiredKeys: [] },
);

const headers: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ Origin: BASE_URL, Accept: '*/*' }) },
  { weight: 3, arbitrary: oddHeaders },
);

export const who: fc.Arbitrary<Who> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Who>('own', 'bearer') },
  fc.constantFrom<Who[]>('other', 'tampered', 'planted', 'junk', 'guest'),
);

/** Requests to every route, most of them nearly valid: entirely invalid ones are refused at the first check. */
export function fuzzRequests(routes: Route[]): fc.Arbitrary<FuzzRequest> {
  return fc.constantFrom(...routes).chain((route) =>
    fc
      .record({
        method: fc.oneof(
          { weight: 5, arbitrary: fc.constant(route.method) },
          fc.constantFrom('POST', ...METHODS),
        ),
        path: pathFor(route),
        query,
        who,
        headers,
        body: fc.oneof({ weight: 3, arbitrary: fitting(route) }, { weight: 2, arbitrary: body }),
      })
      .map(({ path, query: search, headers: given, body: { type, encoding, body: content }, ...rest }) => ({
        ...rest,
        path: path + search,
        headers: {
          ...given,
          ...(type !== undefined && { 'Content-Type': type }),
          ...(encoding !== undefined && { 'Content-Encoding': encoding }),
        },
        body: content,
      })),
  );
}
