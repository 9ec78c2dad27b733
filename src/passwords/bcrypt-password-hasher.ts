import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { Settings } from '../config/settings';
import { HashingQueue } from './hashing-queue';
import { PasswordHasher } from './password-hasher';

/** Says that bcrypt was given an HMAC of the password. Hashes without it come from other systems: plain bcrypt. */
const SCHEME = '{hmac-sha384}';
const BCRYPT = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;
/** Keeps these digests apart from SHA-384 lists of other sites; it is no secret. */
const DOMAIN = 'latchkey password';

/**
 * bcrypt over base64(HMAC-SHA-384(NFC password)): 64 characters without NUL, so that neither bcrypt's 72-byte limit
 * nor its C string end cuts a password short.
 */
@Injectable()
export class BcryptPasswordHasher extends PasswordHasher {
  private readonly cost: number;
  /** A well-formed hash that no password has; comparing with it costs what a real one costs. */
  private readonly nothing: string;

  constructor(
    settings: Settings,
    private readonly queue: HashingQueue,
  ) {
    super();
    this.cost = settings.bcryptCost;
    this.nothing = `$2b$${String(this.cost).padStart(2, '0')}$${'.'.repeat(53)}`;
  }

  async hash(password: string): Promise<string> {
    return SCHEME + (await this.queue.run(() => bcrypt.hash(digest(password), this.cost)));
  }

  async verify(password: string, passwordHash: string): Promise<boolean> {
    const isOurs = passwordHash.startsWith(SCHEME);
    // PHP writes $2y$ for what bcrypt calls $2b$; the library does not know it.
    const stored = (isOurs ? passwordHash.slice(SCHEME.length) : passwordHash).replace(/^\$2y\$/, '$2b$');
    if (!BCRYPT.test(stored)) return this.verifyNothing(password);
    return this.queue.run(() => bcrypt.compare(isOurs ? digest(password) : password, stored));
  }

  needsRehash(passwordHash: string): boolean {
    if (!passwordHash.startsWith(SCHEME)) return true;
    const [, cost] = BCRYPT.exec(passwordHash.slice(SCHEME.length)) ?? [];
    return Number(cost) < this.cost;
  }

  async verifyNothing(password: string): Promise<false> {
    await this.queue.run(() => bcrypt.compare(digest(password), this.nothing));
    return false;
  }
}

function digest(password: string): string {
  return createHmac('sha384', DOMAIN).update(password.normalize('NFC'), 'utf8').digest('base64');
}
