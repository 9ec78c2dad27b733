import { timingSafeEqual } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../options/settings';
import { HashingQueue } from './hashing-queue';
import { parseStoredHash } from './parse-stored-hash';
import { type BcryptHash, type DerivedHash, workOf } from './stored-hash';
import { PasswordDigest } from './password-digest';
import { PasswordHasher } from './password-hasher';
import { type Comparison, PasswordRunner } from './password-runner';
import { costsOf, RefusalWork } from './refusal-work';

interface CostedComparison extends Comparison {
  rounds: number;
}

/** bcrypt rejects a malformed hash without computing rounds, but the thread overhead is nearly the same. */
const EMPTY: CostedComparison = { text: '', hash: '', rounds: 0 };

/**
 * bcrypt over a digest of the password, with the first pepper in PASSWORD_PEPPER or without one. The stored
 * hash names the pepper: `{hmac-sha384:FINGERPRINT}$2b$…`, `{hmac-sha384}$2b$…`. It also verifies other
 * systems' hashes.
 */
@Injectable()
export class BcryptPasswordHasher extends PasswordHasher {
  private readonly logger = new Logger(BcryptPasswordHasher.name);
  private readonly cost: number;
  private readonly current: PasswordDigest;
  private readonly digests: Map<string, PasswordDigest>;
  private readonly work: RefusalWork;
  private readonly logged = new Set<string>();

  constructor(
    settings: Settings,
    private readonly queue: HashingQueue,
    private readonly runner: PasswordRunner,
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
    return this.current.scheme + (await this.queue.run(() => this.runner.hash(digest, this.cost)));
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

  override coversWholePassword(passwordHash: string, password?: string): boolean {
    const stored = parseStoredHash(passwordHash, this.cost);
    const limit = stored.kind === 'bcrypt' ? stored.readsAllBelow : Infinity;
    if (password === undefined || (stored.kind === 'bcrypt' && stored.scheme !== undefined))
      return limit === Infinity;
    // bcrypt in C stops at a NUL. PBKDF2 and scrypt ignore trailing NULs.
    return Buffer.byteLength(password) < limit && !password.includes('\0');
  }

  override expect(passwordHash: string): void {
    const stored = parseStoredHash(passwordHash, this.cost);
    if (stored.kind !== 'unknown') this.work.expect(workOf(stored));
  }

  async simulateVerify(password: string): Promise<false> {
    await this.queue.run(() => this.compare(this.filling(password, 0)));
    return false;
  }

  private verifyBcrypt(password: string, texts: string[], { hash, cost }: BcryptHash): Promise<boolean> {
    const comparisons = texts.map((text) => ({ text, hash, rounds: 2 ** cost }));
    const filling = this.filling(password, texts.length * 2 ** cost, texts.length);
    return this.queue.run(() => this.compare([...comparisons, ...filling]));
  }

  private verifyDerived(password: string, { how, key }: DerivedHash): Promise<boolean> {
    return this.queue.run(async () => {
      const begun = performance.now();
      if (!this.work.isMeasured) await this.compare([this.nothing(password, Math.max(4, this.cost - 2))]);
      const derived = Buffer.from(await this.runner.derive(password, how), 'base64');
      if (timingSafeEqual(derived, Buffer.from(key, 'base64'))) return true;
      return this.compare(this.filling(password, this.work.roundsIn(performance.now() - begun, password)));
    });
  }

  /** The rest of a refusal's work: refusing a user with a cheap hash takes as long as an unknown user. */
  private filling(password: string, spentRounds: number, spentParts = 0): CostedComparison[] {
    const parts = this.work.parts - spentParts;
    const costs = costsOf(this.work.roundsFor(password) - spentRounds, parts);
    const missing = Math.max(0, parts - costs.length);
    return [
      ...costs.map((cost) => this.nothing(password, cost)),
      ...Array<CostedComparison>(missing).fill(EMPTY),
    ];
  }

  /** A well-formed hash that no password matches. Comparing with it costs as much as with a real one. */
  private nothing(password: string, cost: number): CostedComparison {
    const hash = `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
    return { text: this.current.of(password), hash, rounds: 2 ** cost };
  }

  /** One message for all: the round trips of several would reveal the number of hashes in a refusal. */
  private async compare(comparisons: CostedComparison[]): Promise<boolean> {
    const begun = performance.now();
    const isRight = await this.runner.compare(comparisons.map(({ text, hash }) => ({ text, hash })));
    const rounds = comparisons.reduce((sum, comparison) => sum + comparison.rounds, 0);
    if (!isRight && rounds > 0) this.work.measure(rounds, performance.now() - begun);
    return isRight;
  }

  /** Logs each kind of unsupported hash once, never the hash itself: its users cannot log in. */
  private refuse(password: string, why: string): Promise<false> {
    if (!this.logged.has(why)) {
      this.logged.add(why);
      this.logger.error(
        `Stored passwords ${why}; their users cannot log in. See docs/accounts.md, "Hashes of other systems"`,
      );
    }
    return this.simulateVerify(password);
  }
}

/**
 * The input of another system's bcrypt. Two texts if the password contains a NUL: implementations in C stop
 * there, others do not. Null if our bcrypt cannot reproduce the input.
 */
function textsOf(password: string, { textOf, readsAllBelow }: BcryptHash): string[] | null {
  const end = password.indexOf('\0');
  const asRead = end === -1 || readsAllBelow === Infinity ? [password] : [password, password.slice(0, end)];
  const texts = asRead.map(textOf);
  return texts.every((text) => text !== null) ? texts : null;
}
