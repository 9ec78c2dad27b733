import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvFileError, readEnvFile } from './env-file';

describe('A file of settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-env-'));
  const file = join(folder, '.env');
  afterAll(() => rmSync(folder, { recursive: true }));

  function read(content: string | Buffer): Record<string, string | undefined> {
    writeFileSync(file, content);
    return { ...readEnvFile(file) };
  }

  const text = 'NODE_ENV=production\r\nPORT=4000\r\n';
  const inBigEndian = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();

  it.each<[string, string | Buffer]>([
    ['UTF-8 with a byte order mark', `\uFEFF${text}`],
    ['UTF-16, as Windows Notepad and PowerShell write it', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 in big endian', inBigEndian],
    ['UTF-8 with the line ends of Windows', text],
    ['UTF-8 with the line ends of old Macs', text.replaceAll('\r\n', '\r')],
  ])('is read in %s', (_, content) => {
    expect(read(content)).toEqual({ NODE_ENV: 'production', PORT: '4000' });
  });

  it('is read with quotes, comments, and values of several lines', () => {
    const lines = [
      '# a comment with a "quote',
      'A="a # in it" # a comment',
      "B='x=y'",
      'C=plain # a comment',
      'D= # nothing',
      'export E=5',
      'F="one',
      'two # of it"',
      "G=it's",
      '',
    ];
    expect(read(lines.join('\n'))).toEqual({
      A: 'a # in it',
      B: 'x=y',
      C: 'plain',
      D: '',
      E: '5',
      F: 'one\ntwo # of it',
      G: "it's",
    });
  });

  it.each([
    [
      'a # inside a value without quotes',
      'PORT=4000\nSESSION_SECRET=tail#secret',
      2,
      'put quotes around the value',
    ],
    ['a value that begins with #', 'SESSION_SECRET=#secret', 1, 'put quotes around the value'],
    ['a quoted value that goes on', "SESSION_SECRET='se'cret#'", 1, 'goes on after the closing quote'],
    ['a quote that is not closed', 'A=1\nB="secret\nC=2', 2, 'has no closing quote'],
    ['a line that is no assignment', 'PORT: secret', 1, 'must be NAME=value'],
    [
      'a name that is given again',
      'NODE_ENV=production\nPORT=1\nNODE_ENV=secret',
      3,
      'NODE_ENV another value',
    ],
    [
      'a name that is given again, empty',
      'NODE_ENV=production\nexport NODE_ENV=',
      2,
      'NODE_ENV another value',
    ],
    ['a name that is given again behind lines', 'A="1\n2"\nB=1\nA=secret', 4, 'A another value'],
    ['a form feed', 'A=b\fNODE_ENV=production', 1, 'control character'],
    ['a vertical tab', 'A=1\nB=b\vNODE_ENV=production', 2, 'control character'],
    ['an escape', 'A=\x1b[31msecret', 1, 'control character'],
    ['a next line', 'A=b\x85NODE_ENV=production', 1, 'control character'],
    ['a line separator', 'A=b\u2028NODE_ENV=production', 1, 'control character'],
    ['a control character in quotes', 'A="b\fc"', 1, 'control character'],
    ['a control character in a comment', '# a\fNODE_ENV=production', 1, 'control character'],
  ])('stops the start at %s, and names the line but not the value', (_, content, line, message) => {
    let error: unknown;
    try {
      read(content);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(EnvFileError);
    expect(String(error)).toContain(`line ${line} `);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('secret');
  });

  it.each([
    ['Latin-1', Buffer.from('SMTP_PASSWORD=\xe9', 'latin1')],
    ['UTF-16 without a byte order mark', Buffer.from(text, 'utf16le')],
  ])('stops the start in %s', (_, content) => {
    expect(() => read(content)).toThrow('must be saved as UTF-8');
  });

  it('may give a name the same value twice, and have tabs', () => {
    expect(read('\tA=1 \n A\t=\t"1"\t# again\nexport\tB=2')).toEqual({ A: '1', B: '2' });
  });

  it('may be missing', () => {
    expect(readEnvFile(join(folder, 'nothing'))).toEqual({});
  });
});
