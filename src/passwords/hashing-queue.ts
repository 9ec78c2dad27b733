import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { Overloaded } from '../common/errors';
import { Settings } from '../config/settings';

/**
 * Lets as many hashes run as there are cores and keeps the rest in line. bcrypt and SQLite share libuv's threads: hashes
 * without a bound would make every query wait. When the line is full the answer is 503 at once instead of a time-out.
 */
@Injectable()
export class HashingQueue {
  private readonly line: (() => void)[] = [];
  private readonly limit: number;
  private readonly places = availableParallelism();
  private taken = 0;
  private turnedAway = 0;

  constructor(settings: Settings) {
    this.limit = settings.hashQueue;
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

  /** @throws Overloaded when HASH_QUEUE tasks are waiting already. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.taken < this.places) {
      this.taken += 1;
    } else {
      if (this.line.length >= this.limit) {
        this.turnedAway += 1;
        throw new Overloaded(1);
      }
      await new Promise<void>((start) => this.line.push(start));
    }
    try {
      return await task();
    } finally {
      const next = this.line.shift();
      if (next)
        next(); // takes over this place
      else this.taken -= 1;
    }
  }
}
