import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrated } from './migrated';

export default async function makeTemplate(): Promise<void> {
  const file = join(await mkdtemp(join(tmpdir(), 'latchkey-template-')), 'template.sqlite');
  await migrated(`sqlite:${file}`);
  process.env.TEST_SQLITE_TEMPLATE = file;
}
