import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { Overloaded } from '../../http/errors';
import { networkOf, requestSource } from '../../http/client-address';
import { Settings } from '../../options/settings';
import { FairQueue } from './fair-queue';

/**
 * Runs as many hashes as there are cores and queues the rest. bcrypt and SQLite share libuv's threads:
 * without a limit, hashing would delay every query. The queue is fair across networks and their sources, so
 * that a flood from one does not delay the others. A full queue answers 503 immediately instead of timing
 * out.
 */
@Injectable()
export class HashingQueue {
  private readonly line: FairQueue;
  private readonly places = availableParallelism();
  private taken = 0;
  private turnedAway = 0;

  constructor({ hashQueue, hashQueuePerSource }: Settings) {
    this.line = new FairQueue(hashQueue, hashQueuePerSource, (source) => networkOf(source) ?? source);
  }

  get running(): number {
    return this.taken;
  }

  get waiting(): number {
    return this.line.length;
  }

  /** Total since the process started. */
  get refused(): number {
    return this.turnedAway;
  }

  /**
   * @throws Overloaded if HASH_QUEUE_PER_SOURCE tasks of this source are waiting, or HASH_QUEUE in total and
   * no network or source has more of them. A later arrival may also evict a waiting task.
   */
  async run<T>(task: () => Promise<T>, source = requestSource()): Promise<T> {
    if (this.taken < this.places) this.taken += 1;
    else await this.waitForSlot(source);
    try {
      return await task();
    } finally {
      const next = this.line.next();
      if (next)
        next(); // inherits this slot
      else this.taken -= 1;
    }
  }

  private waitForSlot(source: string): Promise<void> {
    return new Promise<void>((start, fail) => {
      const refuse = () => {
        this.turnedAway += 1;
        fail(new Overloaded(1));
      };
      this.line.enqueue(source, { start, refuse });
    });
  }
}
