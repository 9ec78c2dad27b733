import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Overloaded } from '../../http/errors';
import { BcryptRunner, type Comparison } from './bcrypt-runner';
import { ChildEnded, HashingChild, type Work } from './hashing-child';
import type { KeyDerivation } from './key-derivation';

/** Including retries in a new child after one has crashed. */
const ATTEMPTS = 2;

/**
 * bcrypt in a child process of the lowest priority, so that pages come first on busy cores. The first
 * password starts the child, which takes a fraction of a hash's time. A new child replaces one that dies.
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

  /** Runs after all requests are answered. A supervisor that waits for our exit must find no child left. */
  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    await this.child?.stop();
  }

  /** @throws Overloaded if each child dies at it: the password is neither right nor wrong. */
  private async run(work: Work): Promise<string | boolean> {
    for (let attempt = 1; attempt <= ATTEMPTS && !this.isClosed; attempt++) {
      try {
        return await this.ensureChild().run(work);
      } catch (error) {
        if (!(error instanceof ChildEnded)) throw error;
      }
    }
    throw new Overloaded(1);
  }

  private ensureChild(): HashingChild {
    try {
      return (this.child ??= new HashingChild((how) => this.handleEnd(how)));
    } catch (error) {
      this.handleEnd(String(error)); // perhaps out of memory
      throw new ChildEnded();
    }
  }

  private handleEnd(how: string): void {
    this.child = null;
    if (!this.isClosed) this.logger.error(`The process that hashes passwords ended: ${how}`);
  }
}
