import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Generates the secret on the first start and stores it with the data, readable only by its owner, so
 * sessions and signed cookies survive a restart.
 * @returns 256 random bits as base64url.
 */
export function keptSecret(dataDir: string): string {
  const file = join(dataDir, 'session-secret');
  const draft = `${file}.${randomUUID()}`;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600 });
  try {
    // Linking is atomic: if two processes start at once, one creates the file and both read it.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, 'utf8').trim();
}
