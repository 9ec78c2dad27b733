import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailure } from '../command-failure';
import { openRows } from './open-rows';

describe('A file of users', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-rows-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function read(content: string | Buffer): Promise<unknown[]> {
    const path = join(folder, 'users');
    await writeFile(path, content);
    const rows: unknown[] = [];
    for await (const row of await openRows(path)) rows.push(row);
    return rows;
  }

  it.each([
    ['nothing', '', /is empty/],
    ['white space', ' \r\n', /is empty/],
    ['a JSON array', '[{"username":"a"}]', /one JSON array[^]*jq -c/],
    ['CSV in Latin-1', Buffer.from('username,password_hash\nJos\xe9,x\n', 'latin1'), /not in UTF-8/],
    ['JSON in Latin-1', Buffer.from('{"username":"Jos\xe9"}\n', 'latin1'), /not in UTF-8/],
    ['UTF-16', Buffer.from('\ufeffusername,password_hash\n', 'utf16le'), /not in UTF-8/],
    ['half a character at its end', Buffer.from('username,password_hash\nJos\xc3', 'latin1'), /not in UTF-8/],
    ['no head line', 'ada,x\n', /columns username and password_hash[^]*it has: ada, x/],
    [
      'a quotation mark that is not closed',
      `username,password_hash\n"ada,x\n${'y\n'.repeat(9_000)}`,
      /not CSV/,
    ],
    ['a line without an end', `{"username":"${'x'.repeat(200_000)}`, /A line is too long/],
    [
      'a damaged SQLite file',
      Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(5_000, 7)]),
      /cannot be read as a SQLite/,
    ],
  ])('that cannot be read is refused with a sentence: %s', async (_, content, expected) => {
    const error = await read(content).catch((it: unknown) => it);
    expect(error).toBeInstanceOf(CommandFailure);
    expect((error as Error).message).toMatch(expected);
  });

  it('that is not there, or is a folder, is refused with the reason', async () => {
    await expect(openRows(join(folder, 'nothing'))).rejects.toThrow(/cannot be read: ENOENT/);
    await expect(openRows(folder)).rejects.toThrow(/cannot be read: EISDIR/);
  });

  it('is read with characters that stand on the border of two parts, and with every kind of line end', async () => {
    const names = Array.from({ length: 8_000 }, (_, n) => `${'é'.repeat(n % 7)}😀${n}`);
    const csv = await read(`username,password_hash\n${names.map((name) => `${name},x`).join('\r\n')}`);
    expect(csv).toHaveLength(8_000);
    expect(csv.map((row) => (row as { username: string }).username)).toEqual(names);
    const lines = names.map((username) => JSON.stringify({ username, password_hash: 'x' })).join('\r\n');
    const json = await read(`\ufeff${lines}`);
    expect(json.map((row) => (row as { username: string }).username)).toEqual(names);
  });

  it('names the line of a row whose quoted values hold line ends by where it ends', async () => {
    expect(await read('username,password_hash\n"a\nb",x\nc"d"e,y\n')).toEqual([
      { at: 'line 3', username: 'a\nb', passwordHash: 'x', email: undefined },
      { at: 'line 4', username: 'c"d"e', passwordHash: 'y', email: undefined },
    ]);
  });
});
