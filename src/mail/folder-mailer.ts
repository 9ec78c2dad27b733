import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { optionalPackage } from '../options/optional-package';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { type Mail, Mailer } from './mailer';
import { messageOf } from './mail-message';

/** Writes each mail to a file in DATA_DIR/outbox. File names sort by time. */
@Injectable()
export class FolderMailer extends Mailer implements OnApplicationBootstrap {
  private readonly logger = new Logger('Mail');
  private readonly folder: string;
  private count = 0;

  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    super();
    optionalPackage('nodemailer', 'The folder of mails', () => require.resolve('nodemailer'));
    this.folder = join(settings.dataDir, 'outbox');
  }

  onApplicationBootstrap(): void {
    const told = `SMTP_URL is not set: no mail is sent, each is a file in ${this.folder}`;
    if (this.settings.isProduction) this.logger.warn(told);
    else this.logger.log(told);
  }

  async send(mail: Mail): Promise<void> {
    const { text, headers, ...fields } = messageOf(mail, this.settings, this.clock);
    // Loaded by the first mail, not at start-up.
    const { default: MimeNode } =
      require('nodemailer/lib/mime-node') as typeof import('nodemailer/lib/mime-node');
    const head = new MimeNode('text/plain; charset=utf-8')
      .setHeader({ ...fields, ...headers, 'Content-Transfer-Encoding': '8bit' })
      .buildHeaders();
    const content = `${head}\r\n\r\n${text.replace(/\r?\n/g, '\r\n')}`;

    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, this.nextName(fields.date));
    // Mails contain log-in links, so only the owner may read them. Renaming keeps readers from seeing half a
    // mail.
    await writeFile(`${path}.part`, content, { mode: 0o600, flush: true });
    await rename(`${path}.part`, `${path}.eml`);
  }

  override takesUnicodeAddresses(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async check(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await access(this.folder, constants.W_OK);
  }

  /** Sorts mails of the same millisecond in order. The random part keeps two instances apart. */
  private nextName(date: Date): string {
    this.count += 1;
    const time = date.toISOString().replaceAll(':', '-');
    return `${time}-${String(this.count).padStart(8, '0')}-${randomBytes(4).toString('hex')}`;
  }
}
