import { CommandFailure } from '../printable';
import { type BadRow, columnsOf, type Row, type Rows } from './row';
import type { TextFile } from './text-file';

const LONGEST_LINE = 16_384;

/** JSON Lines: one object per line. */
export class JsonRows implements Rows {
  constructor(private readonly file: TextFile) {}

  get total(): number {
    return this.file.total;
  }

  get done(): number {
    return this.file.done;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row | BadRow> {
    let number = 0;
    for await (const line of this.lines()) {
      number += 1;
      if (line.trim() !== '') yield rowOf(`line ${number}`, line);
    }
  }

  private async *lines(): AsyncGenerator<string> {
    let rest = '';
    for await (const part of this.file.parts()) {
      const lines = (rest + part).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE)
        throw new CommandFailure('A line is too long for a user. JSON Lines has an object on each line.');
      yield* lines;
    }
    yield rest;
  }
}

function rowOf(at: string, line: string): Row | BadRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = null; // the error's message would quote the line, possibly a hash
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { at, problem: 'it is no JSON object' };
  const columns = columnsOf(Object.keys(value));
  if (typeof columns === 'string') return { at, problem: 'it lacks username or password_hash' };
  const fields = value as Record<string, unknown>;
  return {
    at,
    username: fields[columns.username],
    passwordHash: fields[columns.passwordHash],
    email: columns.email && fields[columns.email],
  };
}
