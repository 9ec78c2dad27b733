import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Settings } from './settings';
import { sqlitePath } from './sqlite-path';

/** Permissions of the group and of all other users. */
const OTHERS = 0o077;
const EVERYBODY = 0o007;
const SQLITE_HEAD = 'SQLite format 3\0';
/** Files that Latchkey creates in DATA_DIR besides the SQLite file. */
const OURS = /^(session-secret|encryption-keys|audit-end|outbox)(\W.*)?$/;

export interface FolderProblems {
  refusals: string[];
  warnings: string[];
}

/**
 * Sets the modes 0700 and 0600 on DATA_DIR and the SQLite file before storing anything. Otherwise another
 * user of the machine could steal the password hashes or log in with links from the outbox. A folder with
 * other files may be shared on purpose: it keeps its mode, with a warning, and production refuses it unless
 * ALLOW_UNSAFE lists DATA_DIR.
 */
export function secureDataFolder({
  dataDir,
  databaseUrl,
  isProduction,
  allowUnsafe,
}: Settings): FolderProblems {
  const database = sqlitePath(databaseUrl);
  const problem = database === null ? undefined : prepareDatabase(database);
  if (problem) return { refusals: [problem], warnings: [] };

  const { folder, names } = contentsOf(dataDir);
  const databaseName =
    database !== null && resolve(dirname(database)) === dataDir ? basename(database) : null;
  const isOurs = (name: string) =>
    OURS.test(name) || (databaseName !== null && name.startsWith(databaseName));
  const isClosed = names.every(isOurs) && !isSticky(folder) ? close(folder) : !isOpen(folder);
  const open = names.filter(isOurs).filter((name) => !close(join(folder, name)));
  const problems = [
    ...(isClosed
      ? []
      : [`DATA_DIR ${dataDir} is open to other users: use a folder of its own, or chmod 700`]),
    ...open.map((name) => `${join(dataDir, name)} is open to other users and cannot be closed: chmod 600`),
  ];
  return isProduction && !allowUnsafe.includes('DATA_DIR')
    ? { refusals: problems, warnings: [] }
    : { refusals: [], warnings: problems };
}

/**
 * Creates the file first, because SQLite would make it world-readable. @returns the problem as a sentence, if
 * any.
 */
function prepareDatabase(path: string): string | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(path, 'a+', 0o600);
    const head = Buffer.alloc(SQLITE_HEAD.length);
    const length = readSync(file, head, 0, head.length, 0);
    closeSync(file);
    // A database outside DATA_DIR may be shared with a group, but not with everyone.
    const mode = modeOf(path) & 0o7777;
    if ((mode & EVERYBODY) !== 0) chmodSync(path, mode & ~EVERYBODY);
    if (length === 0 || head.toString('latin1') === SQLITE_HEAD) return undefined;
    return `DATABASE_URL names ${resolve(path)}, which is not an SQLite database`;
  } catch (error) {
    return `DATABASE_URL names ${resolve(path)}, which cannot be opened (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** DATA_DIR may be a link to a volume. */
function contentsOf(dataDir: string): { folder: string; names: string[] } {
  try {
    return { folder: realpathSync(dataDir), names: readdirSync(dataDir) };
  } catch {
    return { folder: dataDir, names: [] }; // its first user creates it later with mode 0700
  }
}

/** Windows has no such modes. Skip links: one could lead to another program's file. */
function modeOf(path: string): number {
  const found = process.platform === 'win32' ? undefined : lstatSync(path, { throwIfNoEntry: false });
  return !found || found.isSymbolicLink() ? 0 : found.mode;
}

const isOpen = (path: string): boolean => (modeOf(path) & OTHERS) !== 0;

/** Like /tmp: shared by all users, even while it is empty. */
const isSticky = (path: string): boolean => (modeOf(path) & 0o1000) !== 0;

/** @returns whether other users have no access now. */
function close(path: string): boolean {
  if (!isOpen(path)) return true;
  try {
    chmodSync(path, modeOf(path) & 0o7777 & ~OTHERS);
    return true;
  } catch {
    return false;
  }
}
