import { timingSafeEqual } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/settings';
import { BcryptRunner } from './bcrypt-runner';
import { HashingQueue } from './hashing-queue';
import { parseStoredHash } from './parse-stored-hash';
import { PasswordDigest } from './password-digest';
import { PasswordHasher } from './password-hasher';
import { costsOf, RefusalWork } from './refusal-work';
import { type BcryptHash, type DerivedHash, workOf } from './stored-hash';

/**
 * bcrypt over a digest of the password, with the first pepper of PASSWORD_PEPPER or without one. The stored hash says
 * which: `{hmac-sha384:FINGERPRINT}$2b$…`, `{hmac-sha384}$2b$…`. Hashes of other systems verify, too.
 */
@Injectable()
export class BcryptPasswordHasher extends PasswordHasher {
  private readonly logger = new Logger(BcryptPasswordHasher.name);
  private readonly cost: number;
  private readonly current: PasswordDigest;
  private readonly digests: Map<string, PasswordDigest>;
  private readonly work: RefusalWork;
  private readonly told = new Set<string>();

  constructor(
    settings: Settings,
    private readonly queue: HashingQueue,
    private readonly bcrypt: BcryptRunner,
  ) {
    super();
    this.cost = settings.bcryptCost;
    this.work = new RefusalWork(this.cost);
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
    const stored = parseStoredHash(passwordHash, this.cost);
    if (stored.kind === 'unknown')
      return this.refuse(password, `are ${stored.what}: Latchkey cannot verify them`);
    this.work.expect(workOf(stored));
    if (stored.kind === 'derived') return this.verifyDerived(password, stored);

    if (stored.scheme !== undefined) {
      const digest = this.digests.get(stored.scheme);
      if (digest) return this.verifyBcrypt(password, [digest.of(password)], stored);
      return this.refuse(password, `are marked ${stored.scheme}, for which PASSWORD_PEPPER holds no pepper`);
    }
    const texts = textsOf(password, stored);
    if (texts === null)
      return this.refuse(password, 'are bcrypt hashes marked $2x$, which verify only passwords of ASCII');
    return this.verifyBcrypt(password, texts, stored);
  }

  needsRehash(passwordHash: string): boolean {
    const stored = parseStoredHash(passwordHash, this.cost);
    if (stored.kind !== 'bcrypt' || stored.scheme !== this.current.scheme) return true;
    return stored.cost < this.cost || passwordHash !== stored.scheme + stored.hash;
  }

  override readsAll(passwordHash: string, password?: string): boolean {
    const stored = parseStoredHash(passwordHash, this.cost);
    const limit = stored.kind === 'bcrypt' ? stored.readsAllBelow : Infinity;
    if (password === undefined || (stored.kind === 'bcrypt' && stored.scheme !== undefined))
      return limit === Infinity;
    // bcrypt in C stops at a NUL; PBKDF2 and scrypt pass over those at the end.
    return Buffer.byteLength(password) < limit && !password.includes('\0');
  }

  override expect(passwordHash: string): void {
    const stored = parseStoredHash(passwordHash, this.cost);
    if (stored.kind !== 'unknown') this.work.expect(workOf(stored));
  }

  async verifyNothing(password: string): Promise<false> {
    await this.queue.run(() => this.spend(password, 0));
    return false;
  }

  private verifyBcrypt(password: string, texts: string[], { hash, cost }: BcryptHash): Promise<boolean> {
    return this.queue.run(async () => {
      for (const text of texts) if (await this.compare(text, hash, cost)) return true;
      await this.spend(password, texts.length * 2 ** cost);
      return false;
    });
  }

  private verifyDerived(password: string, { how, key }: DerivedHash): Promise<boolean> {
    return this.queue.run(async () => {
      const begun = performance.now();
      if (!this.work.isMeasured) await this.compareWithNothing(password, Math.max(4, this.cost - 2));
      const derived = Buffer.from(await this.bcrypt.derive(password, how), 'base64');
      if (timingSafeEqual(derived, Buffer.from(key, 'base64'))) return true;
      await this.spend(password, this.work.roundsIn(performance.now() - begun, password));
      return false;
    });
  }

  /** Does what is left of the work of a refusal. A user of a cheap hash is no faster to refuse than an unknown one. */
  private async spend(password: string, spent: number): Promise<void> {
    for (const cost of costsOf(this.work.roundsFor(password) - spent))
      await this.compareWithNothing(password, cost);
  }

  private compareWithNothing(password: string, cost: number): Promise<boolean> {
    return this.compare(this.current.of(password), nothing(cost), cost);
  }

  private async compare(text: string, hash: string, cost: number): Promise<boolean> {
    const begun = performance.now();
    const isRight = await this.bcrypt.compare(text, hash);
    this.work.measure(cost, performance.now() - begun);
    return isRight;
  }

  /** Tells once what is stored, never the hash: all users of its kind fail to log in. */
  private refuse(password: string, why: string): Promise<false> {
    if (!this.told.has(why)) {
      this.told.add(why);
      this.logger.error(
        `Stored passwords ${why}; their users cannot log in. See docs/accounts.md, "Hashes of other systems"`,
      );
    }
    return this.verifyNothing(password);
  }
}

/** A well-formed hash that no password has; comparing with it costs what a real one costs. */
function nothing(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}

/**
 * What another system's bcrypt was given. More than one text where systems differ: some read on behind a NUL, and C does
 * not. Null where it cannot be told.
 */
function textsOf(password: string, { textOf, readsAllBelow }: BcryptHash): string[] | null {
  const end = password.indexOf('\0');
  const asRead = end === -1 || readsAllBelow === Infinity ? [password] : [password, password.slice(0, end)];
  const texts = asRead.map(textOf);
  return texts.every((text) => text !== null) ? texts : null;
}
