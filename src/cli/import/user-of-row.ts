import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { lookOf } from '../../http/text/lookalikes';
import { parseStoredHash, unwrapped } from '../../auth/passwords/parse-stored-hash';
import { EmailField } from '../../users/dto/fields';
import { newUser } from '../../users/new-user';
import type { NewUser } from '../../users/user-store';
import { usernameObjections } from '../../users/username';
import type { Row } from './row';

/** The width of the database columns. */
const LONGEST = 255;

class Address {
  @EmailField()
  email!: string | null;
}

export interface ImportedUser {
  user: NewUser;
  /** Rule violations that were imported anyway, and values that were left out. */
  remarks: string[];
}

/**
 * @param ourCost BCRYPT_COST.
 * @returns the user, or the reason for refusing the row.
 */
export function userOfRow(row: Row, now: number, ourCost: number): ImportedUser | string {
  const username = textOf(row.username)?.trim() ?? '';
  const passwordHash = unwrapped(textOf(row.passwordHash) ?? '');
  if (username === '') return 'it has no username';
  // PostgreSQL cannot store NUL, and UTF-8 cannot encode lone surrogates.
  if (/\0|\p{Cs}/u.test(username)) return 'its username holds what no database can store';
  const stored = parseStoredHash(passwordHash, ourCost);
  if (stored.kind === 'unknown') return `its password hash cannot be verified (${stored.what})`;
  if (passwordHash.length > LONGEST) return `its password hash is longer than ${LONGEST} characters`;

  const [email, refusal] = addressOf(textOf(row.email));
  const user = newUser({ username, email, passwordHash }, now);
  if (user.username.length > LONGEST || user.usernameCanonical.length > LONGEST)
    return `its username is longer than ${LONGEST} characters`;
  if (!isComparable(user)) return 'its username is of letters that stand for too many others';
  const objections = usernameObjections(username);
  const remarks = [
    ...(objections.length > 0
      ? [`its username stays as it is; nobody could choose it now: ${objections.join(' ')}`]
      : []),
    ...(refusal === null ? [] : [`its e-mail address is left out: ${refusal}`]),
  ];
  return { user, remarks };
}

/** Bytes are text too: Python's bcrypt returns bytes, which SQLAlchemy stores unchanged. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  return typeof value === 'number' ? String(value) : undefined;
}

/** Some letters expand to several look-alikes, and the expansion has a length limit. */
function isComparable({ username, usernameCanonical }: NewUser): boolean {
  try {
    lookOf(username, usernameCanonical);
    return true;
  } catch {
    return false;
  }
}

/** @returns the address, or null and the reason for leaving it out. */
function addressOf(text: string | undefined): [string | null, string | null] {
  if (text === undefined || text.trim() === '') return [null, null];
  const address = plainToInstance(Address, { email: text });
  const [error] = validateSync(address, { stopAtFirstError: true });
  return error === undefined
    ? [address.email, null]
    : [null, Object.values(error.constraints ?? {}).join(' ')];
}
