import { createHash, createHmac } from 'node:crypto';
import type { KeyDerivation, Pbkdf2Digest } from './key-derivation';
import type { BcryptHash, StoredHash } from './stored-hash';

/** bcrypt ignores further bytes. It repeats a shorter key up to this length. */
const BCRYPT_BYTES = 72;
/* Reject shorter keys: they are truncated, and the shorter, the more passwords match. */
const PBKDF2_KEY_LENGTHS = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 };
const SCRYPT_KEY_LENGTH = 64;
const PASSLIB_SCRYPT_KEY_LENGTH = 32;

type Format = [RegExp, (...groups: string[]) => StoredHash | null];

/** Formats of other systems. test/support/imported-hashes.json contains a hash from each system. */
const FORMATS: Format[] = [
  // crypt(3), Flask-Bcrypt, Rails, PHP, htpasswd; Django puts `bcrypt$` before it.
  [/^(?:bcrypt\$)?\$2([abxy]?)\$(\d\d)\$([./A-Za-z0-9]{53})$/, plainBcrypt],
  [
    /^bcrypt_sha256\$\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{53})$/,
    (cost, rest) => digested(cost, rest, (password) => sha256(password).toString('hex')),
  ],
  // passlib up to 1.7.2, then from 1.7.3. It writes costs below 10 with one digit.
  [
    /^\$bcrypt-sha256\$2[ab],(\d\d?)\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/,
    (cost, salt, rest) => digested(cost, salt + rest, (password) => sha256(password).toString('base64')),
  ],
  [
    /^\$bcrypt-sha256\$v=2,t=2[ab],r=(\d\d?)\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/,
    (cost, salt, rest) =>
      digested(cost, salt + rest, (password) => createHmac('sha256', salt).update(password).digest('base64')),
  ],
  // Werkzeug: the salt is text, the key hexadecimal.
  [
    /^pbkdf2:(sha1|sha224|sha256|sha384|sha512):(\d{1,16})\$([^$]+)\$([0-9a-f]+)$/,
    (digest, iterations, salt, key) => pbkdf2(digest, iterations, bytes(salt), Buffer.from(key, 'hex')),
  ],
  [
    /^scrypt:(\d{1,16}):(\d{1,16}):(\d{1,16})\$([^$]+)\$([0-9a-f]+)$/,
    (N, r, p, salt, key) => scrypt(Number(N), r, p, bytes(salt), Buffer.from(key, 'hex')),
  ],
  // Django: the salt is text, the key base64.
  [
    /^pbkdf2_(sha1|sha256)\$(\d{1,16})\$([^$]+)\$([A-Za-z0-9+/]+)=*$/,
    (digest, iterations, salt, key) => pbkdf2(digest, iterations, bytes(salt), base64(key)),
  ],
  [
    /^scrypt\$(\d{1,16})\$([^$]+)\$(\d{1,16})\$(\d{1,16})\$([A-Za-z0-9+/]+)=*$/,
    (N, salt, r, p, key) => scrypt(Number(N), r, p, bytes(salt), base64(key)),
  ],
  // passlib: both are base64 with `.` for `+`.
  [
    /^\$pbkdf2(?:-(sha256|sha512))?\$(\d{1,16})\$([A-Za-z0-9./]+)\$([A-Za-z0-9./]+)$/,
    (digest = 'sha1', iterations, salt, key) => pbkdf2(digest, iterations, base64(salt), base64(key)),
  ],
  [
    /^\$scrypt\$ln=(\d\d?),r=(\d{1,16}),p=(\d{1,16})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/,
    (ln, r, p, salt, key) =>
      scrypt(2 ** Number(ln), r, p, base64(salt), base64(key), PASSLIB_SCRYPT_KEY_LENGTH),
  ],
];

/** @returns null for an unsupported format. */
export function importedHash(text: string): StoredHash | null {
  for (const [format, read] of FORMATS) {
    const match = format.exec(text);
    if (match) return read(...match.slice(1));
  }
  return null;
}

function plainBcrypt(variant: string, cost: string, rest: string): BcryptHash {
  const textOf = { '': repeated, x: unlessBeyondAscii }[variant] ?? asItIs;
  // Without a terminating NUL, `$2$` cannot distinguish "ab" from "abab", so no password is read in full.
  const readsAllBelow = variant === '' ? 0 : BCRYPT_BYTES;
  return { kind: 'bcrypt', hash: `$2b$${cost}$${rest}`, cost: Number(cost), textOf, readsAllBelow };
}

const asItIs = (password: string): string => password;

/** `$2$` appends no NUL to the key, so it repeats only the password. */
function repeated(password: string): string {
  return password === '' ? '' : password.repeat(Math.ceil(BCRYPT_BYTES / Buffer.byteLength(password)));
}

/** `$2x$` marks hashes of a crypt_blowfish that misread bytes above 127. ASCII is not affected. */
const unlessBeyondAscii = (password: string): string | null =>
  /^[\0-\x7f]*$/.test(password) ? password : null;

function digested(cost: string, rest: string, textOf: (password: string) => string): BcryptHash {
  const hash = `$2b$${cost.padStart(2, '0')}$${rest}`;
  return { kind: 'bcrypt', hash, cost: Number(cost), textOf, readsAllBelow: Infinity };
}

function pbkdf2(digest: string, iterations: string, salt: Buffer, key: Buffer): StoredHash | null {
  const name = digest as Pbkdf2Digest;
  if (key.length !== PBKDF2_KEY_LENGTHS[name] || Number(iterations) < 1) return null;
  return derived(
    {
      name: 'pbkdf2',
      digest: name,
      iterations: Number(iterations),
      salt: salt.toString('base64'),
      keyLength: key.length,
    },
    key,
  );
}

function scrypt(
  N: number,
  r: string,
  p: string,
  salt: Buffer,
  key: Buffer,
  keyLength = SCRYPT_KEY_LENGTH,
): StoredHash | null {
  const isPowerOfTwo = N > 1 && Number.isInteger(Math.log2(N));
  if (!isPowerOfTwo || Number(r) < 1 || Number(p) < 1 || key.length !== keyLength) return null;
  const salted = { salt: salt.toString('base64'), keyLength };
  return derived({ name: 'scrypt', N, r: Number(r), p: Number(p), ...salted }, key);
}

const derived = (how: KeyDerivation, key: Buffer): StoredHash => ({
  kind: 'derived',
  how,
  key: key.toString('base64'),
});
const sha256 = (password: string): Buffer => createHash('sha256').update(password).digest();
const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
const base64 = (text: string): Buffer => Buffer.from(text.replaceAll('.', '+'), 'base64');
