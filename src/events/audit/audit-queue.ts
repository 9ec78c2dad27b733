import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../../options/settings';
import { isDatabaseUnavailable } from '../../database/database-unavailable';
import { RequestDeadline } from '../../database/request-deadline';
import type { SecurityEvent } from '../bus/security-event';
import { SecurityEventBus } from '../bus/security-event-bus';
import { AuditChain } from './audit-chain';
import { CheckpointWriter } from './checkpoint-writer';
import type { NewEntry } from './audit-entry.entity';
import { newEntry, replacementOf } from './new-entry';
import { isRefusal, RepeatedRefusals } from './repeated-refusals';
import { SecurityLog } from './security-log';

/** Entries per transaction. */
const BATCH = 100;
/** About 5 MB. A full queue refuses requests that would cause more events. */
const FULL = 10_000;
const GATHER_MS = 1_000;
const WINDOW_MS = 10 * 60_000;
const RETRY_MS = 1_000;

/**
 * Writes security events to the chain without delaying requests. It never drops an event: if the queue is
 * full, the bus refuses actions that would cause more.
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
    private readonly witness: CheckpointWriter,
    bus: SecurityEventBus,
    settings: Settings,
  ) {
    this.refusals = new RepeatedRefusals(settings.auditRefusals);
    bus.limitTo(() => this.waiting.length < FULL);
    bus.onAny((event) => this.hear(event));
  }
  /** Resolves when all events so far are written, or during shutdown if the database is unavailable. */
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

  private hear(event: SecurityEvent): void {
    if (!isRefusal(event)) return this.enqueue(newEntry(event));
    this.window ??= setTimeout(() => this.renewWindow(), WINDOW_MS).unref();
    this.gathering ??= setTimeout(() => this.takeGathered(), GATHER_MS).unref();
    const single = this.refusals.add(event);
    if (single) this.record(single);
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

  /** Logs a line per entry, not per refusal: a flood must not fill the disk either. */
  private record(event: Parameters<typeof newEntry>[0], times = 1): void {
    this.log.tell(event, times);
    this.enqueue(newEntry(event, times));
  }

  private enqueue(entry: NewEntry): void {
    this.waiting.push(entry);
    this.writing ??= this.writeAll();
  }

  private async writeAll(): Promise<void> {
    await Promise.resolve(); // batch the events of this tick
    let size = BATCH;
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, size);
      try {
        await this.append(batch);
        this.waiting.splice(0, batch.length);
        size = BATCH;
        this.logRecovery();
      } catch (error) {
        if (!isDatabaseUnavailable(error) && batch.length > 1) {
          size = 1; // one of them is unwritable: it must not block the others
        } else if (isDatabaseUnavailable(error) || !(await this.replace(batch[0], error))) {
          this.logStuck(error);
          if (this.isStopping) break;
          await delay(RETRY_MS);
        }
      }
    }
    this.writing = undefined; // synchronously, so that the next event starts a new run
  }

  /** Uses its own deadline: the first event's request may have used up most of its own. */
  private append(entries: NewEntry[]): Promise<void> {
    return new RequestDeadline().run(() => this.chain.append(entries));
  }

  /** @returns false if the replacement fails too: the event is not the cause and stays in the queue. */
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

  private logStuck(error: unknown): void {
    if (!this.isStuck) this.logger.error(`Security events wait to be written: ${String(error)}`);
    this.isStuck = true;
  }

  private logRecovery(): void {
    if (this.isStuck) this.logger.warn('Security events are written again');
    this.isStuck = false;
  }
}
