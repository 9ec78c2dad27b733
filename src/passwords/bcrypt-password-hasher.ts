import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/settings';
import { BcryptRunner } from './bcrypt-runner';
import { HashingQueue } from './hashing-queue';
import { PasswordDigest } from './password-digest';
import { PasswordHasher } from './password-hasher';

/** A scheme of ours, or none for the plain bcrypt of other systems; the bcrypt string; the cost in it. */
const STORED = /^(\{[\w:-]+\})?(\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53})$/;

/**
 * bcrypt over a digest of the password, with the first pepper of PASSWORD_PEPPER or without one. The stored hash says
 * which: `{hmac-sha384:FINGERPRINT}$2b$…`, `{hmac-sha384}$2b$…`; a plain `$2b$…` comes from another system.
 */
@Injectable()
export class BcryptPasswordHasher extends PasswordHasher {
  private readonly logger = new Logger(BcryptPasswordHasher.name);
  private readonly cost: number;
  private readonly current: PasswordDigest;
  private readonly digests: Map<string, PasswordDigest>;
  private readonly lostSchemes = new Set<string>();

  constructor(
    settings: Settings,
    private readonly queue: HashingQueue,
    private readonly bcrypt: BcryptRunner,
  ) {
    super();
    this.cost = settings.bcryptCost;
    const peppered = (settings.passwordPeppers ?? []).map((pepper) => new PasswordDigest(pepper));
    const digests = [...peppered, new PasswordDigest()];
    this.current = digests[0];
    this.digests = new Map(digests.map((digest) => [digest.scheme, digest]));
  }

  async hash(password: string): Promise<string> {
    const digest = this.current.of(password);
    return this.current.scheme + (await this.queue.run(() => this.bcrypt.hash(digest, this.cost)));
  }

  async verify(password: string, passwordHash: string): Promise<boolean> {
    const [, scheme, stored, cost] = STORED.exec(passwordHash) ?? [];
    if (stored === undefined) return this.verifyNothing(password);
    const digest = this.digests.get(scheme);
    if (scheme !== undefined && !digest) {
      this.tellLost(scheme);
      return this.verifyNothing(password);
    }
    // PHP writes $2y$ for what bcrypt calls $2b$; the library does not know it.
    const hash = stored.replace(/^\$2y\$/, '$2b$');
    return this.queue.run(async () => {
      const isRight = await this.bcrypt.compare(digest?.of(password) ?? password, hash);
      if (!isRight) await this.spend(password, Number(cost));
      return isRight;
    });
  }

  needsRehash(passwordHash: string): boolean {
    const [, scheme, , cost] = STORED.exec(passwordHash) ?? [];
    return scheme !== this.current.scheme || Number(cost) < this.cost;
  }

  async verifyNothing(password: string): Promise<false> {
    await this.queue.run(() => this.bcrypt.compare(this.current.of(password), nothing(this.cost)));
    return false;
  }

  /**
   * What a hash of a lower cost has left over of the time of today's: each step of the cost doubles the time, so that
   * comparing with 10 and then with 10 and 11 takes as long as with 12. A user of an old hash is no faster to refuse
   * than one who does not exist.
   */
  private async spend(password: string, from: number): Promise<void> {
    const digest = this.current.of(password);
    for (let cost = from; cost < this.cost; cost++) await this.bcrypt.compare(digest, nothing(cost));
  }

  /** Once for each pepper: every user of it fails to log in. */
  private tellLost(scheme: string): void {
    if (this.lostSchemes.has(scheme)) return;
    this.lostSchemes.add(scheme);
    this.logger.error(
      `Stored passwords are marked ${scheme}, for which PASSWORD_PEPPER holds no pepper: their users cannot log in`,
    );
  }
}

/** A well-formed hash that no password has; comparing with it costs what a real one costs. */
function nothing(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}
