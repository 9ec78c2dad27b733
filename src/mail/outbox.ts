import { Injectable } from '@nestjs/common';
import { managerOf, type Transaction } from '../database/transaction';
import { Database } from '../database/database';
import { OutboxJobs } from './outbox-jobs';
import { OutboxWorker } from './outbox-worker';

/** The queue of mails. A request that adds one waits for the database only, never for a mail server. */
@Injectable()
export class Outbox {
  constructor(
    private readonly jobs: OutboxJobs,
    private readonly worker: OutboxWorker,
    private readonly database: Database,
  ) {}

  /**
   * Adds a mail, durable before this resolves. It is sent soon, with retries.
   * @param kind of its `MailComposer`.
   * @param params small, as JSON, without secrets: the database stores them until the mail is sent.
   * @param transaction that the mail belongs to: it is sent only after the commit.
   * @throws an error of `isDatabaseUnavailable` as `Database.write` does
   */
  async add(kind: string, params: object, transaction?: Transaction): Promise<void> {
    if (transaction) await this.jobs.insert(managerOf(transaction), kind, params);
    else await this.database.write((own) => this.jobs.insert(own, kind, params));
    this.database.afterCommit(transaction, () => this.worker.nudgeSoon());
  }
}
