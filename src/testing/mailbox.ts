import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import PostalMime from 'postal-mime';

/** Shorter than the five seconds of Jest and Vitest, which would hide what is missing. */
const TIMEOUT_MS = 4_000;
const POLL_MS = 20;

/** A mail as its reader sees it. */
export interface ReadMail {
  to: string;
  subject: string;
  text: string;
  /** The addresses in the text, in order. */
  links: string[];
}

/**
 * Reads the mails that an application without SMTP_URL has sent: the files in its outbox folder. Needs the
 * package postal-mime.
 */
export class Mailbox {
  /**
   * @param dataDir DATA_DIR of the application.
   * @param isComplete whether no mail is on its way, if the caller can tell. `latest` waits for it.
   */
  constructor(
    private readonly dataDir: string,
    private readonly isComplete = () => Promise.resolve(true),
  ) {}

  /** @returns the mails sent so far, to one address or all, oldest first. */
  async mails(to?: string): Promise<ReadMail[]> {
    const folder = join(this.dataDir, 'outbox');
    const names = await readdir(folder).catch(() => []); // the first mail creates the folder
    const mails = names
      .filter((name) => name.endsWith('.eml'))
      .sort()
      .map(async (name) => read(await readFile(join(folder, name))));
    return (await Promise.all(mails)).filter((mail) => to === undefined || mail.to === to);
  }

  /**
   * Waits for the newest mail to an address.
   * @param count how many mails to this address to wait for.
   * @throws Error if there are fewer after four seconds.
   */
  async latest(to: string, count = 1): Promise<ReadMail> {
    const deadline = Date.now() + TIMEOUT_MS;
    for (;;) {
      const isComplete = await this.isComplete();
      const mails = await this.mails(to);
      const newest = mails.at(-1);
      if (isComplete && newest && mails.length >= count) return newest;
      if (Date.now() > deadline) throw new Error(`${mails.length} of ${count} mails have come to ${to}`);
      await delay(POLL_MS);
    }
  }
}

async function read(file: Buffer): Promise<ReadMail> {
  const { to, subject = '', text = '' } = await PostalMime.parse(file);
  return { to: to?.[0]?.address ?? '', subject, text, links: text.match(/https?:\/\/\S+/g) ?? [] };
}
