import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { PASSWORD } from '../support/app';

export interface Route {
  method: string;
  path: string;
}

const FIELDS = ['username', 'password', 'email', 'content', 'next', '_method', '_csrf', 'currentPassword'];
const MORE_FIELDS = [
  'newPassword',
  'token',
  'remember',
  'limit',
  'cursor',
  'role',
  'id',
  'code',
  'username[]',
];
const OBJECT_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'then', 'length', ''];
const TEXTS = [
  PASSWORD,
  'ada',
  'ada@example.com',
  '/users/welcome',
  '//evil.example',
  'PATCH',
  'DELETE',
  '\0',
  '\ud800',
  '\u202e\u2028',
  "' OR 1=1 --",
  '{{7*7}}',
  '<script>alert(1)</script>',
  '\r\nSet-Cookie: x=y',
  'MQ',
  '-1',
  '1e999',
  'null',
  'x'.repeat(5_000),
];
const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded; charset=latin1',
  'multipart/form-data; boundary=x',
  'text/plain',
  'application/json; charset="',
  ';',
];

export const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
);
const fieldName = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...FIELDS) },
  { weight: 1, arbitrary: fc.constantFrom(...MORE_FIELDS, ...OBJECT_NAMES) },
);
export const fields = fc.array(fc.tuple(fieldName, text), { maxLength: 5 });

/** Percent-encoded; a lone surrogate, which encodeURIComponent refuses, as the bytes an attacker would send. */
export const encoded = (value: string) =>
  Array.from(value, (letter) => (/\p{Cs}/u.test(letter) ? '%ED%A0%80' : encodeURIComponent(letter))).join('');
export const formOf = (pairs: [string, string][]) =>
  pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');

const json = fc.oneof(
  { weight: 4, arbitrary: fields.map((pairs) => JSON.stringify(Object.fromEntries(pairs))) },
  { weight: 2, arbitrary: fc.dictionary(fieldName, fc.jsonValue()).map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.json() },
  {
    weight: 1,
    arbitrary: fields.map(
      (pairs) =>
        `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`,
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 20_000 })
      .map((depth) => `{"username":${'['.repeat(depth)}${']'.repeat(depth)}}`),
  },
);
const bytes = fc.uint8Array({ maxLength: 300 }).map((part) => Buffer.from(part).toString('latin1'));
const utf8 = (value: string) => Buffer.from(value).toString('latin1');

export interface Body {
  type?: string;
  encoding?: string;
  body: string | null;
}

export const body: fc.Arbitrary<Body> = fc.oneof(
  { weight: 5, arbitrary: fields.map((pairs) => ({ type: TYPES[1], body: formOf(pairs) })) },
  { weight: 5, arbitrary: json.map((value) => ({ type: TYPES[0], body: utf8(value) })) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom(...TYPES),
      body: fc.oneof(bytes, json.map(utf8), fields.map(formOf)),
    }),
  },
  {
    weight: 1,
    arbitrary: json.map((value) => ({
      type: TYPES[0],
      encoding: 'gzip',
      body: gzipSync(value).toString('latin1'),
    })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom(...TYPES),
      encoding: fc.constantFrom('gzip', 'deflate', 'br', 'x', ''),
      body: bytes,
    }),
  },
  { weight: 3, arbitrary: fc.constant({ body: null }) },
);

const name = fc.stringMatching(/^[a-z]{8,12}$/);
const password = fc.constantFrom(PASSWORD, 'another fine pass phrase', 'short');
const sensible = (path: string): fc.Arbitrary<Record<string, string>> =>
  path.includes('messages')
    ? fc.record({ content: fc.string({ minLength: 1 }) })
    : fc.oneof(
        fc.record({ username: name, password }),
        fc.record({ username: name, email: name.map((local) => `${local}@example.com`) }),
        fc.constant({}),
      );

/** A body that the route may well accept, in its own format. */
export const fitting = ({ path, method }: Route): fc.Arbitrary<Body> =>
  method === 'GET'
    ? fc.constant({ body: null })
    : sensible(path).map((value) =>
        path.startsWith('/api')
          ? { type: TYPES[0], body: utf8(JSON.stringify(value)) }
          : { type: TYPES[1], body: formOf(Object.entries(value)) },
      );
