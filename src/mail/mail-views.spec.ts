import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../options/settings';
import { ViewFolders } from '../options/view-folders';
import { MailViews } from './mail-views';
import { type BasePath } from '../options/base-path';

describe('The view of a mail', () => {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-mail-views-'));
  const [ours, theirs] = [join(root, 'ours'), join(root, 'theirs')];
  const folders = new ViewFolders([ours]);
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  const render = (context: object) =>
    new MailViews(folders, { baseUrl: 'https://example.com' } as Settings, { path: '' } as BasePath).render(
      'hello',
      context,
    );

  function write(folder: string, text: string): void {
    mkdirSync(join(folder, 'mail'), { recursive: true });
    writeFileSync(join(folder, 'mail/hello.hbs'), text);
  }

  it('is a subject and a text in which nothing is escaped, with the address of the site', () => {
    write(ours, "Subject: To {{name}}\n\nIt's {{name}} at {{baseUrl}}/users\n");
    expect(render({ name: "<O'Hara> & Co" })).toEqual({
      subject: "To <O'Hara> & Co",
      text: "It's <O'Hara> & Co at https://example.com/users\n",
    });
  });

  it('must begin with its subject', () => {
    write(ours, 'Hello\nSubject: too late\n');
    expect(() => render({})).toThrow('The first line of mail/hello.hbs is no "Subject: …"');
  });

  it('gives way to one of the same name in an earlier folder', () => {
    write(theirs, 'Subject: Theirs\n\nBye\n');
    folders.putFirst([theirs]);
    expect(render({})).toEqual({ subject: 'Theirs', text: 'Bye\n' });
  });
});
