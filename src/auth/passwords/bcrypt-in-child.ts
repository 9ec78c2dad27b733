import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Overloaded } from '../../http/errors';
import { BcryptRunner, type Comparison } from './bcrypt-runner';
import { ChildEnded, HashingChild, type Work } from './hashing-child';
import type { KeyDerivation } from './key-derivation';

/** Work that was under way when a child ended is given to the next one so many times in all. */
const ATTEMPTS = 2;

/**
 * bcrypt in a child process of the lowest priority, so that pages come first wherever cores are scarce. It is started by
 * the first password, which its start delays by a fraction of a hash, and another one takes its place when it dies.
 */
@Injectable()
export class BcryptInChild extends BcryptRunner implements OnApplicationShutdown {
  private readonly logger = new Logger('Hashing');
  private child: HashingChild | null = null;
  private isClosed = false;

  async hash(text: string, cost: number): Promise<string> {
    return (await this.run({ text, cost })) as string;
  }

  async compare(comparisons: Comparison[]): Promise<boolean> {
    return (await this.run({ comparisons })) === true;
  }

  async derive(text: string, how: KeyDerivation): Promise<string> {
    return (await this.run({ text, how })) as string;
  }

  /** Requests have been answered by now. Whoever waits for our end, as a supervisor does, finds no process left. */
  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    await this.child?.stop();
  }

  /** @throws Overloaded when the children die at it: the password was neither right nor wrong. */
  private async run(work: Work): Promise<string | boolean> {
    for (let attempt = 1; attempt <= ATTEMPTS && !this.isClosed; attempt++) {
      try {
        return await this.living().run(work);
      } catch (error) {
        if (!(error instanceof ChildEnded)) throw error;
      }
    }
    throw new Overloaded(1);
  }

  private living(): HashingChild {
    try {
      return (this.child ??= new HashingChild((how) => this.tellEnd(how)));
    } catch (error) {
      this.tellEnd(String(error)); // there is no memory for another process, perhaps
      throw new ChildEnded();
    }
  }

  private tellEnd(how: string): void {
    this.child = null;
    if (!this.isClosed) this.logger.error(`The process that hashes passwords ended: ${how}`);
  }
}
