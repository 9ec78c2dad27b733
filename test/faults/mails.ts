import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';

/** The mails that an application wrote to its folder during kills and restarts: thousands, each read once. */
export class Mails {
  private readonly seen = new Set<string>();
  private readonly tokens = new Map<string, string>();
  private looking = Promise.resolve();

  constructor(
    private readonly dataDir: string,
    private readonly database: DataSource,
  ) {}

  /** @returns the token in the link of the mail to this address, or null if none is left to be sent. */
  async token(address: string, isThere: () => Promise<boolean>): Promise<string | null> {
    for (;;) {
      await this.look();
      const token = this.tokens.get(address);
      if (token !== undefined) return token;
      if (!(await isThere())) return null;
      await delay(20);
    }
  }

  /** Whether a mail to this address has been sent or is queued. */
  async arrives(address: string): Promise<boolean> {
    const waiting = await this.database.query<{ params: string }[]>('SELECT params FROM outbox');
    if (waiting.some(({ params }) => params.includes(address))) return true;
    await this.look();
    return this.tokens.has(address);
  }

  /** Sequential: otherwise two scans would read the same files. */
  private look(): Promise<void> {
    return (this.looking = this.looking.then(() => this.readNew()));
  }

  private async readNew(): Promise<void> {
    const folder = join(this.dataDir, 'outbox');
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith('.eml') || this.seen.has(name)) continue;
      this.seen.add(name);
      const text = await readFile(join(folder, name), 'utf8');
      const address = /^To: (\S+)/m.exec(text)?.[1];
      const token = /confirm-email\/([\w-]{43})/.exec(text)?.[1];
      if (address && token) this.tokens.set(address, token);
    }
  }
}
