import { pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** How another system derived the key that it stored. Plain data: it travels to the hashing process. */
export type KeyDerivation = Pbkdf2 | Scrypt;

export type Pbkdf2Digest = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

export interface Pbkdf2 {
  name: 'pbkdf2';
  digest: Pbkdf2Digest;
  iterations: number;
  /** Base64, as `derive` returns its key. */
  salt: string;
  keyLength: number;
}

export interface Scrypt {
  name: 'scrypt';
  N: number;
  r: number;
  p: number;
  salt: string;
  keyLength: number;
}

/* The parameters stand in the row of an imported user: without bounds one row could take a core for days, or all memory. */
const MOST_SCRYPT_MEMORY = 128 * 1024 * 1024;
/** What Django (1,200,000 iterations of SHA-256) and Werkzeug (1,000,000, also of SHA-512) write is no more than this allows. */
export const LEAST_COST_OF_BOUND = 12;

/** What PBKDF2 and scrypt get done while bcrypt does one of its 2^cost rounds. Rough: CPUs differ by a factor of two. */
const ITERATIONS_IN_A_ROUND = { sha1: 200, sha224: 110, sha256: 300, sha384: 115, sha512: 135 };
const SCRYPT_WORK_IN_A_ROUND = 200;

/** Derives the key in a thread of libuv. */
export async function derive(password: string, how: KeyDerivation): Promise<string> {
  const salt = Buffer.from(how.salt, 'base64');
  const key =
    how.name === 'pbkdf2'
      ? await promisify(pbkdf2)(password, salt, how.iterations, how.keyLength, how.digest)
      : await scryptWithin(password, salt, how);
  return key.toString('base64');
}

/**
 * One guess may take as long as bcrypt of a cost higher by 2 than ours, where a round takes PBKDF2 twice as long as estimated.
 * @returns why these parameters are refused, or null.
 */
export function excessOf(how: KeyDerivation, ourCost: number): string | null {
  const rounds = 2 ** (Math.max(ourCost, LEAST_COST_OF_BOUND) + 1);
  if (how.name === 'pbkdf2') {
    const most = rounds * ITERATIONS_IN_A_ROUND[how.digest];
    return how.iterations > most ? `PBKDF2 with more than ${most} iterations of ${how.digest}` : null;
  }
  if (memoryOf(how) > MOST_SCRYPT_MEMORY) return 'scrypt that takes more than 128 MiB';
  const most = rounds * SCRYPT_WORK_IN_A_ROUND;
  return how.N * how.r * how.p > most ? `scrypt of which N × r × p is more than ${most}` : null;
}

/** About how many rounds of bcrypt take as long. */
export function roundsOf(how: KeyDerivation): number {
  return how.name === 'pbkdf2'
    ? how.iterations / ITERATIONS_IN_A_ROUND[how.digest]
    : (how.N * how.r * how.p) / SCRYPT_WORK_IN_A_ROUND;
}

const memoryOf = ({ N, r, p }: Scrypt): number => 128 * r * (N + p);

function scryptWithin(password: string, salt: Buffer, how: Scrypt): Promise<Buffer> {
  const { N, r, p, keyLength } = how;
  // OpenSSL counts a little more than the formula.
  const options = { N, r, p, maxmem: memoryOf(how) + 1024 * 1024 };
  return new Promise((resolve, reject) =>
    scrypt(password, salt, keyLength, options, (error, key) => (error ? reject(error) : resolve(key))),
  );
}
