import { open } from 'node:fs/promises';
import { CommandFailure } from '../printable';
import { CsvRows } from './csv-rows';
import { JsonRows } from './json-rows';
import type { Rows } from './row';
import { SqliteRows } from './sqlite-rows';
import { TextFile } from './text-file';

const SQLITE = 'SQLite format 3\0';

/** Detects the format from the first bytes, not from the file name. @throws CommandFailure */
export async function openRows(path: string): Promise<Rows> {
  const start = await startOf(path);
  if (start.startsWith(SQLITE)) return SqliteRows.open(path);
  const text = start.replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  if (text === '') throw new CommandFailure(`${path} is empty.`);
  if (text.startsWith('['))
    throw new CommandFailure(`${path} is one JSON array. Write an object on each line: jq -c '.[]' ${path}`);
  return text.startsWith('{') ? new JsonRows(new TextFile(path)) : new CsvRows(new TextFile(path));
}

/** As Latin-1, which maps every byte to one character. */
async function startOf(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(1_024), 0, 1_024, 0);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new CommandFailure(`The file cannot be read: ${(error as Error).message}`);
  }
}
