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
  private readonly waiting: (() => void)[] = [];
  private readonly limit: number;
  private readonly places = availableParallelism();
  private running = 0;

  constructor(settings: Settings) {
    this.limit = settings.hashQueue;
  }

  /** @throws Overloaded when HASH_QUEUE tasks are waiting already. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.running < this.places) {
      this.running += 1;
    } else {
      if (this.waiting.length >= this.limit) throw new Overloaded(1);
      await new Promise<void>((start) => this.waiting.push(start));
    }
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next)
        next(); // takes over this place
      else this.running -= 1;
    }
  }
}
