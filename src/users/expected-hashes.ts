import { setTimeout as delay } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PasswordHasher } from '../auth/passwords/password-hasher';
import { UserStore } from './user-store';

/** A start waits no longer for it: of some millions of users it goes on while requests are answered. */
const LONGEST_WAIT_MS = 1_000;

/** Tells the hasher at the start which hashes are stored: how long it takes to refuse a password depends on them. */
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
      // The hasher learns from each hash that it meets, too.
      this.logger.warn(`The costs of stored passwords could not be read: ${String(error)}`);
    }
  }
}
