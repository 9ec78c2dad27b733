import { setTimeout as delay } from 'node:timers/promises';
import { BcryptPasswordHasher } from '../../src/auth/passwords/bcrypt-password-hasher';

/** The real hasher, but a verified password waits: a moment, or until this many others are verified too. */
export class PacedHasher extends BcryptPasswordHasher {
  static meeting = 0;
  private static noticed: () => void = () => undefined;
  private waiting: (() => void)[] = [];

  /** Resolves once a password is verified and its request waits. */
  static reached(): Promise<void> {
    return new Promise((resolve) => (PacedHasher.noticed = resolve));
  }

  override async verify(password: string, passwordHash: string): Promise<boolean> {
    const isRight = await super.verify(password, passwordHash);
    await (PacedHasher.meeting > 0 ? this.meet() : delay(Math.random() * 40));
    return isRight;
  }

  private async meet(): Promise<void> {
    const all = new Promise<void>((go) => this.waiting.push(go));
    PacedHasher.noticed();
    if (this.waiting.length === PacedHasher.meeting) for (const go of this.waiting.splice(0)) go();
    await all;
  }
}
