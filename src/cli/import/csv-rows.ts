import { CsvError, type Info, parse } from 'csv-parse';
import { pipeline } from 'node:stream';
import { CommandFailure } from '../printable';
import { type BadRow, type Columns, columnsOf, type Row, type Rows } from './row';
import type { TextFile } from './text-file';

/** Longer than any row. Without a limit, an unclosed quotation mark would swallow the rest of the file. */
const LONGEST_ROW = 16_384;

interface Parsed {
  info: Info;
  record: string[];
}

/** A CSV file (RFC 4180) with a header line. */
export class CsvRows implements Rows {
  constructor(private readonly file: TextFile) {}

  get total(): number {
    return this.file.total;
  }

  get done(): number {
    return this.file.done;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row | BadRow> {
    const parser = parse({
      info: true,
      relax_column_count: true,
      relax_quotes: true, // a quotation mark inside a value is literal
      skip_empty_lines: true,
      max_record_size: LONGEST_ROW,
    });
    pipeline(this.file.parts(), parser, () => undefined); // the parser rethrows the file's error
    let head: string[] | undefined;
    let columns: Columns | undefined;
    try {
      for await (const { info, record } of parser as AsyncIterable<Parsed>) {
        const at = `line ${info.lines}`;
        if (!head || !columns) [head, columns] = headOf(record);
        else if (record.length === head.length) yield rowOf(at, head, columns, record);
        else yield { at, problem: mismatch(record.length, head.length) };
      }
    } catch (error) {
      throw failureOf(error);
    }
  }
}

function headOf(record: string[]): [string[], Columns] {
  const head = record.map((name) => name.trim());
  const columns = columnsOf(head);
  if (typeof columns === 'string') throw new CommandFailure(`The first line names the columns. ${columns}`);
  return [head, columns];
}

function rowOf(at: string, head: string[], columns: Columns, record: string[]): Row {
  const value = (name?: string) => (name === undefined ? undefined : record[head.indexOf(name)]);
  return {
    at,
    username: value(columns.username),
    passwordHash: value(columns.passwordHash),
    email: value(columns.email),
  };
}

const mismatch = (values: number, columns: number): string =>
  `it has ${values} values for ${columns} columns; a value that holds a comma stands in quotation marks`;

/** Drops the parser's message, which can quote the file. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = String(error.lines);
  return new CommandFailure(
    `Line ${line}, or one before it, is not CSV (${error.code}). What stands behind it was not read.`,
  );
}
