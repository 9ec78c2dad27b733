import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database';
import { OutboxJobs } from './outbox-jobs';
import { OutboxWorker } from './outbox-worker';

/** Mails that are to be sent. Nobody waits for a mail server: whoever adds one waits for the database alone. */
@Injectable()
export class Outbox {
  constructor(
    private readonly jobs: OutboxJobs,
    private readonly worker: OutboxWorker,
    private readonly database: Database,
  ) {}

  /**
   * Adds a mail, durable before this resolves; it leaves soon, or after as many attempts as it takes.
   * @param kind names its `MailComposer`.
   * @param params small, as JSON, and without anything secret: they lie in the database until the mail has left.
   * @param manager of a transaction that the mail belongs to: it is sent when that is committed, or never.
   * @throws an error of `isDatabaseAway` as `Database.write` does
   */
  async add(kind: string, params: object, manager?: EntityManager): Promise<void> {
    if (manager) await this.jobs.insert(manager, kind, params);
    else await this.database.write((own) => this.jobs.insert(own, kind, params));
    this.database.afterCommit(manager, () => this.worker.nudgeSoon());
  }
}
