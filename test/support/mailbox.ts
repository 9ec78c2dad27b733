import { setTimeout as delay } from 'node:timers/promises';
import { Mailbox as OutboxFolder, type ReadMail } from '../../src/testing/mailbox';
import type { TestApp } from './app';

/** At the end of a link. */
const TOKEN = /\/([\w-]{43})$/;

/** The mails of an application; unlike the folder it knows when no more will come. */
export class Mailbox {
  private readonly folder: OutboxFolder;

  constructor(private readonly app: TestApp) {
    this.folder = new OutboxFolder(app.environment.DATA_DIR!);
  }

  /** Waits until the outbox is empty: later mails do not count. */
  async all(): Promise<ReadMail[]> {
    await this.untilSent();
    return this.folder.mails();
  }

  async to(address: string): Promise<ReadMail[]> {
    await this.untilSent();
    return this.folder.mails(address);
  }

  /** The newest mail to an address. */
  async latest(address: string): Promise<ReadMail> {
    const mail = (await this.to(address)).at(-1);
    if (!mail) throw new Error(`No mail to ${address}`);
    return mail;
  }

  /** The newest token mailed to an address. Notices contain none, and may come before or after it. */
  async token(address: string): Promise<string> {
    const tokens = (await this.to(address)).flatMap(({ links }) =>
      links.map((link) => TOKEN.exec(link)?.[1]),
    );
    const newest = tokens.findLast((token) => token !== undefined);
    if (newest === undefined) throw new Error(`No token to ${address}`);
    return newest;
  }

  private async untilSent(): Promise<void> {
    for (let tries = 0; (await this.waiting()) > 0; tries += 1) {
      if (tries === 400) throw new Error('The outbox does not empty');
      await delay(10);
    }
  }

  private async waiting(): Promise<number> {
    const [{ count }] = await this.app.dataSource.query<{ count: number | string }[]>(
      'SELECT count(*) AS count FROM outbox',
    );
    return Number(count);
  }
}

/** Uses the link mailed to an address. */
export async function confirmEmail(app: TestApp, address: string): Promise<void> {
  const token = await new Mailbox(app).token(address);
  await app.agent().post('/api/v1/auth/email-confirmation').send({ token }).expect(204);
}
