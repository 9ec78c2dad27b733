import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { isDatabaseAway } from '../database/database-away';
import { Patience } from '../database/patience';
import { SecurityEventBus } from '../security-events/security-event-bus';
import { AuditChain } from './audit-chain';
import type { NewEntry } from './audit-entry.entity';
import { isSecurityEvent } from '../security-events/is-security-event';
import { newEntry } from './new-entry';
import { RepeatedRefusals } from './repeated-refusals';

/** What is written in one transaction at most. */
const BATCH = 100;
/** What waits at most while the database is away: about 5 MB. What comes first tells most of an attack, and is kept. */
const MOST = 10_000;
const GATHER_MS = 1_000;
const RETRY_MS = 1_000;

/**
 * Writes every security event into the chain, behind the request that it is from, which waits for nothing. What cannot be
 * written yet is tried again; what had to be given up is told in the log, and in the chain itself when it can be written.
 */
@Injectable()
export class AuditQueue implements OnApplicationShutdown {
  private readonly logger = new Logger(AuditQueue.name);
  private readonly waiting: NewEntry[] = [];
  private readonly refusals = new RepeatedRefusals();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private lost = 0;
  private isAway = false;
  private isStopping = false;

  constructor(
    private readonly chain: AuditChain,
    private readonly events: SecurityEventBus,
  ) {}

  @OnEvent('**')
  hear(event: unknown): void {
    if (!isSecurityEvent(event)) return;
    if (this.waiting.length + this.refusals.size >= MOST) this.lost++;
    else if (this.refusals.add(event))
      this.timer ??= setTimeout(() => this.takeRefusals(), GATHER_MS).unref();
    else this.enqueue(newEntry(event));
  }

  /** Resolves when all that was heard so far is written or, once the application stops, the database is found to be away. */
  async drain(): Promise<void> {
    this.takeRefusals();
    while (this.writing) await this.writing;
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.drain();
    const lost = this.waiting.length + this.lost;
    if (lost > 0) this.logger.error(`${lost} security events could not be written and are in the log alone`);
  }

  private takeRefusals(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const { event, times } of this.refusals.takeAll()) this.enqueue(newEntry(event, times));
  }

  private enqueue(entry: NewEntry): void {
    this.waiting.push(entry);
    this.writing ??= this.writeAll();
  }

  private async writeAll(): Promise<void> {
    await Promise.resolve(); // until all is heard that happened at the same moment
    let size = BATCH;
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, size);
      try {
        // Not in the patience of the request that came first: what it has spent must not be missing here.
        await new Patience().shared(() => this.chain.append(batch));
        this.waiting.splice(0, batch.length);
        size = BATCH;
        this.tellReturn();
      } catch (error) {
        if (isDatabaseAway(error)) {
          this.tellAway(error);
          if (this.isStopping) break;
          await delay(RETRY_MS);
        } else if (batch.length > 1) {
          size = 1; // one of them cannot be written: the others must not wait for it
        } else {
          this.waiting.shift();
          this.lost++;
          this.logger.error(`The event ${batch[0].name} could not be written: ${String(error)}`);
        }
      }
    }
    this.writing = undefined; // at once: what is heard next begins anew
  }

  private tellAway(error: unknown): void {
    if (!this.isAway) this.logger.error(`Security events wait for the database: ${String(error)}`);
    this.isAway = true;
  }

  private tellReturn(): void {
    if (this.isAway) this.logger.warn('Security events are written again');
    this.isAway = false;
    if (this.lost === 0) return;
    this.logger.error(`${this.lost} security events were not written and are in the log alone`);
    const lost = this.lost;
    this.lost = 0;
    this.events.publish('audit.eventsLost', { count: lost });
  }
}
