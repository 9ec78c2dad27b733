import { pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** Parameters of another system's key derivation. Plain data, as it is sent to the hashing process. */
export type KeyDerivation = Pbkdf2 | Scrypt;

export type Pbkdf2Digest = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

export interface Pbkdf2 {
  name: 'pbkdf2';
  digest: Pbkdf2Digest;
  iterations: number;
  /** Base64. */
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

/* Imported rows set the parameters. Without limits, one row could block a core for days or exhaust memory. */
const MOST_SCRYPT_MEMORY = 128 * 1024 * 1024;
/** Admits Django's 1,200,000 iterations of SHA-256 and Werkzeug's 1,000,000, including SHA-512. */
export const LEAST_COST_OF_BOUND = 12;

/** Work of PBKDF2 and scrypt in the time of one of bcrypt's 2^cost rounds. CPUs differ by a factor of two. */
const ITERATIONS_IN_A_ROUND = { sha1: 200, sha224: 110, sha256: 300, sha384: 115, sha512: 135 };
const SCRYPT_WORK_IN_A_ROUND = 200;

/** Derives the key in a libuv thread. @returns base64 */
export async function derive(password: string, how: KeyDerivation): Promise<string> {
  const salt = Buffer.from(how.salt, 'base64');
  const key =
    how.name === 'pbkdf2'
      ? await promisify(pbkdf2)(password, salt, how.iterations, how.keyLength, how.digest)
      : await scryptWithin(password, salt, how);
  return key.toString('base64');
}

/**
 * Limits one guess to the time of bcrypt at our cost + 1; + 2 on CPUs where the estimate is off by a factor
 * of two.
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

/** Roughly how many bcrypt rounds take as long. */
export function roundsOf(how: KeyDerivation): number {
  return how.name === 'pbkdf2'
    ? how.iterations / ITERATIONS_IN_A_ROUND[how.digest]
    : (how.N * how.r * how.p) / SCRYPT_WORK_IN_A_ROUND;
}

const memoryOf = ({ N, r, p }: Scrypt): number => 128 * r * (N + p);

function scryptWithin(password: string, salt: Buffer, how: Scrypt): Promise<Buffer> {
  const { N, r, p, keyLength } = how;
  // OpenSSL needs slightly more than the formula.
  const options = { N, r, p, maxmem: memoryOf(how) + 1024 * 1024 };
  return new Promise((resolve, reject) =>
    scrypt(password, salt, keyLength, options, (error, key) => (error ? reject(error) : resolve(key))),
  );
}
