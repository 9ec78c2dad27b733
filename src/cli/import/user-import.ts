import { AlreadyTaken } from '../../http/responses/already-taken';
import type { NewUser, UserStore } from '../../users/user-store';
import type { User } from '../../users/user.entity';
import { parseStoredHash } from '../../auth/passwords/parse-stored-hash';
import { quoted } from '../printable';
import type { BadRow, Row } from './row';
import { type ImportedUser, userOfRow } from './user-of-row';

/** Rows per transaction. Small, because the application may write to the database meanwhile. */
const BATCH = 500;
/** Concurrent sign-ups may take names of a batch. */
const TRIES = 5;

type Stored = Pick<User, 'username' | 'passwordHash'>;

/** The store that receives the users. */
export interface ImportTarget {
  /** @returns the stored users by canonical name. */
  find(canonicalNames: string[]): Promise<Map<string, Stored>>;
  /** All or none. @throws AlreadyTaken like `UserStore.insert` */
  insert: UserStore['insertAll'];
}

/** Imports rows in batches. It skips users that exist, so that an operator can rerun an aborted import. */
export class UserImport {
  imported = 0;
  /** Already existed. */
  present = 0;
  refused = 0;
  /** Imported with a remark. */
  listed = 0;
  private batch: (ImportedUser & { at: string })[] = [];

  constructor(
    private readonly target: ImportTarget,
    /** Receives a line for each refused or listed row, without any part of a hash. */
    private readonly tell: (line: string) => void,
    private readonly now: () => number,
    /** BCRYPT_COST. */
    private readonly ourCost: number,
  ) {}

  async run(rows: AsyncIterable<Row | BadRow>, onBatch: () => void): Promise<void> {
    for await (const row of rows) {
      this.take(row);
      if (this.batch.length < BATCH) continue;
      await this.flush();
      onBatch();
    }
    await this.flush();
    onBatch();
  }

  private take(row: Row | BadRow): void {
    const found = 'problem' in row ? row.problem : userOfRow(row, this.now(), this.ourCost);
    if (typeof found === 'string') this.refuse(row.at, found);
    else this.batch.push({ at: row.at, ...found });
  }

  private refuse(at: string, reason: string): void {
    this.refused += 1;
    this.tell(`refused ${at}: ${reason}`);
  }

  private async flush(): Promise<void> {
    const batch = this.batch;
    this.batch = [];
    for (let attempt = 1; batch.length > 0; attempt++) {
      const outcomes = await this.compare(batch);
      const fresh = outcomes.filter(({ outcome }) => outcome === 'new').map(({ user }) => user);
      try {
        if (fresh.length > 0) await this.target.insert(fresh);
      } catch (error) {
        if (error instanceof AlreadyTaken && attempt < TRIES) continue;
        throw error;
      }
      for (const each of outcomes) this.count(each);
      return;
    }
  }

  /** Decides each row's outcome in file order: of two rows with the same name, the first wins. */
  private async compare(batch: (ImportedUser & { at: string })[]) {
    const stored = await this.target.find(batch.map(({ user }) => user.usernameCanonical));
    return batch.map((each) => {
      const other = stored.get(each.user.usernameCanonical);
      if (!other) stored.set(each.user.usernameCanonical, each.user);
      return { ...each, outcome: other ? outcomeBeside(other, each.user) : ('new' as const) };
    });
  }

  private count({ at, outcome, remarks, user }: ImportedUser & { at: string; outcome: string }): void {
    if (outcome === 'present') this.present += 1;
    else if (outcome !== 'new') this.refuse(at, outcome);
    else {
      this.imported += 1;
      if (remarks.length > 0) this.listed += 1;
      for (const remark of remarks) this.tell(`listed ${at}, ${quoted(user.username)}: ${remark}`);
    }
  }
}

/** @returns `present` for the same user, or why they differ. */
function outcomeBeside(other: Stored, user: NewUser): string {
  if (other.username !== user.username)
    return `its username is taken by ${quoted(other.username)}, which is the same in another spelling`;
  if (other.passwordHash === user.passwordHash) return 'present';
  const stored = parseStoredHash(other.passwordHash);
  // The hash is ours: the user has logged in since an earlier import.
  const isOurs = stored.kind === 'bcrypt' && stored.scheme !== undefined;
  return isOurs ? 'present' : `its username is taken by a user with another password hash`;
}
