import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestApp } from './app';

export interface ReceivedMail {
  to: string;
  subject: string;
  text: string;
  /** The links in it, each an address as it stands there. */
  links: string[];
}

/** The mails that have left, as files. */
export class Mailbox {
  constructor(private readonly app: TestApp) {}

  /** Once the outbox is empty: what has not come by then does not come. */
  async all(): Promise<ReceivedMail[]> {
    for (let tries = 0; (await this.waiting()) > 0; tries += 1) {
      if (tries === 400) throw new Error('The outbox does not empty');
      await delay(10);
    }
    const folder = join(this.app.environment.DATA_DIR!, 'outbox');
    const names = await readdir(folder).catch(() => []);
    const files = names.filter((name) => name.endsWith('.eml')).sort();
    return Promise.all(files.map(async (name) => parse(await readFile(join(folder, name), 'utf8'))));
  }

  async to(address: string): Promise<ReceivedMail[]> {
    return (await this.all()).filter(({ to }) => to === address);
  }

  /** The newest mail to an address. */
  async latest(address: string): Promise<ReceivedMail> {
    const mail = (await this.to(address)).at(-1);
    if (!mail) throw new Error(`No mail to ${address}`);
    return mail;
  }

  /** The token at the end of the first link of the newest mail to an address. */
  async token(address: string): Promise<string> {
    return (await this.latest(address)).links[0].split('/').at(-1)!;
  }

  private async waiting(): Promise<number> {
    const [{ count }] = await this.app.dataSource.query<{ count: number | string }[]>(
      'SELECT count(*) AS count FROM outbox',
    );
    return Number(count);
  }
}

/** Uses the link that was mailed to an address. */
export async function confirmEmail(app: TestApp, address: string): Promise<void> {
  const token = await new Mailbox(app).token(address);
  await app.agent().post('/api/v1/auth/email-confirmation').send({ token }).expect(204);
}

function parse(file: string): ReceivedMail {
  const [head, ...rest] = file.split('\r\n\r\n');
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1].trim() ?? '';
  const text = rest.join('\n\n').replaceAll('\r\n', '\n');
  return { to: header('To'), subject: header('Subject'), text, links: text.match(/https?:\/\/\S+/g) ?? [] };
}
