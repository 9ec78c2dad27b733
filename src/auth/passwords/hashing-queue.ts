import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { Overloaded } from '../../http/errors';
import { networkOf } from '../../http/network-of';
import { requestSource } from '../../http/request-source';
import { Settings } from '../../options/settings';
import { FairQueue } from './fair-queue';

/**
 * Lets as many hashes run as there are cores and keeps the rest in line. bcrypt and SQLite share libuv's threads: hashes
 * without a bound would make every query wait. Networks take turns, and sources within them, so that none waits for all that another sends.
 * When the line is full the answer is 503 at once instead of a time-out.
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

  /** Since the start. */
  get refused(): number {
    return this.turnedAway;
  }

  /** @throws Overloaded when HASH_QUEUE tasks are waiting already, or HASH_QUEUE_PER_SOURCE of this source, and no network has more in line. */
  async run<T>(task: () => Promise<T>, source = requestSource()): Promise<T> {
    if (this.taken < this.places) this.taken += 1;
    else await this.myTurn(source);
    try {
      return await task();
    } finally {
      const next = this.line.next();
      if (next)
        next(); // takes over this place
      else this.taken -= 1;
    }
  }

  private myTurn(source: string): Promise<void> {
    return new Promise<void>((start, fail) => {
      const refuse = () => {
        this.turnedAway += 1;
        fail(new Overloaded(1));
      };
      this.line.join(source, { start, refuse });
    });
  }
}
