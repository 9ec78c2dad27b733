import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderMailer } from '../../src/mail/folder-mailer';
import { SmtpMailer } from '../../src/mail/smtp-mailer';
import { SystemClock } from '../../src/options/clock';
import { loadSettings } from '../../src/options/load-settings';
import { Mailbox, mailerContract } from '../../src/testing';
import { MailServer } from '../support/smtp';

const SESSION_SECRET = 'a secret of these tests alone';

describe('The mailer into a folder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-mails-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each(mailerContract)('$name', async ({ check }) => {
    const settings = loadSettings({ DATA_DIR: folder, SESSION_SECRET });
    const accepted = async () =>
      (await new Mailbox(folder).mails()).map(({ to, subject, text }) => ({
        to,
        subject,
        text: text.trimEnd(),
      }));
    await check({ mailer: new FolderMailer(settings, new SystemClock()), accepted });
  });
});

describe('The mailer over SMTP', () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await MailServer.start();
  });
  afterEach(() => server.stop());

  it.each(mailerContract)('$name', async ({ check }) => {
    const settings = loadSettings({ SMTP_URL: server.url, SESSION_SECRET });
    const accepted = () =>
      Promise.resolve(
        server.received.map(({ recipients, mail }) => ({
          to: recipients.join(),
          subject: mail.subject ?? '',
          text: (mail.text ?? '').replaceAll('\r\n', '\n').trimEnd(),
        })),
      );
    await check({ mailer: new SmtpMailer(settings, new SystemClock()), accepted });
  });
});
