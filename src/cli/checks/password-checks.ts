import type { DataSource } from 'typeorm';
import type { Settings } from '../../options/settings';
import { parseStoredHash } from '../../auth/passwords/parse-stored-hash';
import { type StoredHash, workOf } from '../../auth/passwords/stored-hash';
import { MOST_ABOVE_OURS } from '../../auth/passwords/refusal-work';
import { hashesOfEachCost } from '../../users/hashes-of-each-cost';
import { User } from '../../users/user.entity';
import { type Finding, ok, warning } from './finding';

const WHAT = 'stored passwords';

/** Finds hashes that cannot be verified, and hashes so slow that the response time reveals their users. */
export async function* passwordChecks(source: DataSource, settings: Settings): AsyncGenerator<Finding> {
  const highest = settings.bcryptCost + MOST_ABOVE_OURS;
  const dear = new Set<string>();
  const unknown = new Set<string>();
  try {
    for await (const hashes of hashesOfEachCost(source.getRepository(User))) {
      for (const hash of hashes) {
        const stored = parseStoredHash(hash, settings.bcryptCost);
        if (stored.kind === 'unknown') unknown.add(stored.what);
        else if (workOf(stored) > 2 ** highest) dear.add(nameOf(stored));
      }
    }
  } catch {
    return; // not migrated yet
  }
  for (const what of unknown)
    yield warning(WHAT, `some are ${what} and do not verify: their users need a new password by mail`);
  for (const kind of dear)
    yield warning(
      WHAT,
      `some are ${kind}: the time to refuse a log-in tells that their users exist, until they log in once`,
    );
  if (unknown.size + dear.size === 0) yield ok(WHAT);
}

function nameOf(stored: Exclude<StoredHash, { kind: 'unknown' }>): string {
  if (stored.kind === 'bcrypt') return `bcrypt of cost ${stored.cost}`;
  const { how } = stored;
  return how.name === 'pbkdf2'
    ? `PBKDF2 of ${how.iterations} iterations`
    : `scrypt of N=${how.N}, r=${how.r}, p=${how.p}`;
}
