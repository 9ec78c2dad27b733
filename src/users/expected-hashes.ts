import { setTimeout as delay } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PasswordHasher } from '../auth/passwords/password-hasher';
import { UserStore } from './user-store';

/** Maximum delay of the start. With millions of users, reading continues while requests are served. */
const LONGEST_WAIT_MS = 1_000;

/**
 * Tells the hasher at start-up which hashes are stored, because they determine how long refusing a password
 * must take.
 */
@Injectable()
export class ExpectedHashes implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ExpectedHashes.name);
  private learning = Promise.resolve();
  private isClosing = false;

  constructor(
    private readonly store: UserStore,
    private readonly hasher: PasswordHasher,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.learning = this.learn();
    await Promise.race([this.learning, delay(LONGEST_WAIT_MS, undefined, { ref: false })]);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    await this.learning;
  }

  private async learn(): Promise<void> {
    try {
      for await (const hashes of this.store.hashesOfEachCost()) {
        for (const hash of hashes) this.hasher.expect(hash);
        if (this.isClosing) return;
      }
    } catch (error) {
      // The hasher also learns from each hash that it verifies.
      this.logger.warn(`The costs of stored passwords could not be read: ${String(error)}`);
    }
  }
}
