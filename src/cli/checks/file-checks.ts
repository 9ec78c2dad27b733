import { access, constants, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../../options/settings';
import { type Finding, ok, reasonOf, refused, warning } from './finding';

const OTHERS = 0o077;

/** Only the application may access its files: the database, the secret and the mails. */
export async function* fileChecks({ dataDir, sessionSecrets }: Settings): AsyncGenerator<Finding> {
  const folder = await modeOf(dataDir);
  if (folder === null) {
    yield warning(`DATA_DIR ${dataDir}`, 'is not there yet: the first start makes it');
    return;
  }
  try {
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    if ((folder & OTHERS) === 0) yield ok(`DATA_DIR ${dataDir}`);
    else yield refused(`DATA_DIR ${dataDir}`, `others may look into it; chmod 700 ${dataDir}`);
  } catch (error) {
    yield refused(`DATA_DIR ${dataDir}`, `must be writable (${reasonOf(error)})`);
  }

  for (const name of await readdir(dataDir).catch(() => [])) {
    const file = join(dataDir, name);
    const mode = (await modeOf(file)) ?? 0;
    if ((mode & OTHERS) !== 0) yield refused(file, `others may read it; chmod go= ${file}`);
    else if (name !== 'session-secret') continue;
    else if (sessionSecrets)
      yield warning(`the secret ${file}`, 'is not used, as SESSION_SECRET is set: delete it');
    else yield ok(`the secret ${file}`);
  }
}

async function modeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found && found.mode & 0o777;
}
