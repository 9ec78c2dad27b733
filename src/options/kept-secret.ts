import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The secret that is made on the first start and kept beside the data, readable by its owner alone, so that
 * sessions and signed cookies survive a restart.
 * @returns 256 random bits as base64url.
 */
export function keptSecret(dataDir: string): string {
  const file = join(dataDir, 'session-secret');
  const draft = `${file}.${randomUUID()}`;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600 });
  try {
    // A link appears whole or not at all: of two processes that start at once, one makes it and both read it.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, 'utf8').trim();
}
