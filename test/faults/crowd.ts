import { Account } from './account';
import { Api, Unanswered } from './api';
import type { Mails } from './mails';
import { Tally } from './tally';

/** Users who sign up, log in and change passwords concurrently, half of them with existing accounts. */
export class Crowd {
  readonly tally = new Tally();
  readonly accounts: Account[] = [];
  private readonly recent = new Set<Account>();
  private known: Account[] = [];
  private isLeaving = false;

  /** @param mails their mailbox; without it, no user changes an address. */
  constructor(
    private readonly size: number,
    private readonly mails?: Mails,
  ) {}

  /** Until each misses a response for the first time, or `leave` is called. */
  use(port: number): Promise<void> {
    this.isLeaving = false;
    return this.each(port, async (api) => {
      try {
        while (!this.isLeaving) await this.next().use(api);
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
      }
    });
  }

  leave(): void {
    this.isLeaving = true;
  }

  /** @returns the confirmed changes that do not hold, of accounts used since the last check or of all. */
  async losses(port: number, which: 'recent' | 'all' = 'recent'): Promise<string[]> {
    const accounts = which === 'all' ? [...this.accounts] : [...this.recent];
    this.recent.clear();
    this.known = accounts.slice(0, this.size / 2);
    const lost: string[] = [];
    await this.each(port, async (api) => {
      for (let account = accounts.pop(); account; account = accounts.pop()) {
        lost.push(...(await account.losses(api)));
      }
    });
    return lost;
  }

  private async each(port: number, work: (api: Api) => Promise<void>): Promise<void> {
    const apis = await Promise.all(Array.from({ length: this.size }, () => Api.at(port, this.tally)));
    await Promise.all(apis.map(work));
    for (const api of apis) api.close();
  }

  private next(): Account {
    let account = this.known.pop();
    if (!account) this.accounts.push((account = new Account(this.mails)));
    this.recent.add(account);
    return account;
  }
}
