import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { Settings } from '../../options/settings';
import { isDatabaseUnavailable } from '../../database/database-unavailable';
import { RequestDeadline } from '../../database/request-deadline';
import { isSecurityEvent } from '../bus/is-security-event';
import { SecurityEventBus } from '../bus/security-event-bus';
import { AuditChain } from './audit-chain';
import { AuditWitness } from './audit-witness';
import type { NewEntry } from './audit-entry.entity';
import { newEntry, replacementOf } from './new-entry';
import { isRefusal, RepeatedRefusals } from './repeated-refusals';
import { SecurityLog } from './security-log';

/** What is written in one transaction at most. */
const BATCH = 100;
/** About 5 MB. From here on, requests that would cause more events are refused. */
const FULL = 10_000;
const GATHER_MS = 1_000;
const WINDOW_MS = 10 * 60_000;
const RETRY_MS = 1_000;

/**
 * Writes every security event into the chain. Requests do not wait for it. While it cannot keep up, the bus has no room
 * and what would cause further events is refused first: what has happened is never dropped.
 */
@Injectable()
export class AuditQueue implements OnApplicationShutdown {
  private readonly logger = new Logger(AuditQueue.name);
  private readonly waiting: NewEntry[] = [];
  private readonly refusals: RepeatedRefusals;
  private gathering: NodeJS.Timeout | undefined;
  private window: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private isStuck = false;
  private isStopping = false;

  constructor(
    private readonly chain: AuditChain,
    private readonly log: SecurityLog,
    private readonly witness: AuditWitness,
    bus: SecurityEventBus,
    settings: Settings,
  ) {
    this.refusals = new RepeatedRefusals(settings.auditRefusals);
    bus.limitTo(() => this.waiting.length < FULL);
  }

  @OnEvent('**')
  hear(heard: unknown): void {
    if (!isSecurityEvent(heard)) return;
    if (!isRefusal(heard)) return this.enqueue(newEntry(heard));
    this.window ??= setTimeout(() => this.renewWindow(), WINDOW_MS).unref();
    this.gathering ??= setTimeout(() => this.takeGathered(), GATHER_MS).unref();
    const single = this.refusals.add(heard);
    if (single) this.record(single);
  }

  /** Resolves when all that was heard so far is written or, once the application stops, the database is found to be away. */
  async drain(): Promise<void> {
    this.takeGathered();
    for (const event of this.refusals.takeCounted()) this.record(event);
    while (this.writing) await this.writing;
    await this.witness.flush();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.window);
    await this.drain();
    const { length } = this.waiting;
    if (length > 0)
      this.logger.error(`${length} security events could not be written and are in the log alone`);
  }

  private takeGathered(): void {
    clearTimeout(this.gathering);
    this.gathering = undefined;
    for (const { event, times } of this.refusals.takeGathered()) this.record(event, times);
  }

  private renewWindow(): void {
    this.window = undefined;
    for (const event of this.refusals.takeCounted()) this.record(event);
    this.refusals.renew();
  }

  /** A line in the log for each entry and not for each refusal: a flood must not fill the disk with lines either. */
  private record(event: Parameters<typeof newEntry>[0], times = 1): void {
    this.log.tell(event, times);
    this.enqueue(newEntry(event, times));
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
        await this.append(batch);
        this.waiting.splice(0, batch.length);
        size = BATCH;
        this.tellReturn();
      } catch (error) {
        if (!isDatabaseUnavailable(error) && batch.length > 1) {
          size = 1; // one of them cannot be written: the others must not wait for it
        } else if (isDatabaseUnavailable(error) || !(await this.replace(batch[0], error))) {
          this.tellStuck(error);
          if (this.isStopping) break;
          await delay(RETRY_MS);
        }
      }
    }
    this.writing = undefined; // at once: what is heard next begins anew
  }

  /** Not in the deadline of the request that came first: what it has spent must not be missing here. */
  private append(entries: NewEntry[]): Promise<void> {
    return new RequestDeadline().run(() => this.chain.append(entries));
  }

  /** @returns false when no entry can be written: then the event is not at fault, and waits. */
  private async replace(entry: NewEntry, error: unknown): Promise<boolean> {
    try {
      await this.append([replacementOf(entry)]);
    } catch {
      return false;
    }
    this.waiting.shift();
    this.logger.error(`The event ${entry.name} could not be written: ${String(error)}`);
    return true;
  }

  private tellStuck(error: unknown): void {
    if (!this.isStuck) this.logger.error(`Security events wait to be written: ${String(error)}`);
    this.isStuck = true;
  }

  private tellReturn(): void {
    if (this.isStuck) this.logger.warn('Security events are written again');
    this.isStuck = false;
  }
}
