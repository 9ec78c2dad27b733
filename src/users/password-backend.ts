import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '../auth/passwords/password-hasher';
import { AuthenticationBackend, type BackendAnswer, type PasswordAttempt } from './authentication-backend';
import { hasPasswordElsewhere } from './password-elsewhere';
import { type User, withChanges } from './user.entity';
import { UserStore } from './user-store';

/** Verifies the stored hash. Every refusal takes the same work (ASVS 5.0: 6.3.8). */
@Injectable()
export class PasswordBackend extends AuthenticationBackend {
  constructor(
    private readonly store: UserStore,
    private readonly hasher: PasswordHasher,
  ) {
    super();
  }

  async authenticate({ account, password }: PasswordAttempt): Promise<BackendAnswer> {
    if (account === null || hasPasswordElsewhere(account)) {
      await this.hasher.simulateVerify(password);
      return 'not mine';
    }
    // A correct password is faster than a wrong one, which must not reveal the password of a disabled user.
    const isRight = await (account.disabledAt === null
      ? this.hasher.verify(password, account.passwordHash)
      : this.hasher.simulateVerify(password));
    return isRight ? this.upgradeHash(account, password) : 'wrong password';
  }

  /**
   * Replaces a hash of lower cost or from another system, as only here the password is known. It keeps a
   * hash that ignores part of the password: rehashing an unnoticed typo there would lock the user out.
   */
  private async upgradeHash(user: User, password: string): Promise<User> {
    const { id, passwordHash } = user;
    if (!this.hasher.needsRehash(passwordHash) || !this.hasher.coversWholePassword(passwordHash, password))
      return user;
    const replacement = await this.hasher.hash(password);
    await this.store.replacePasswordHash(id, passwordHash, replacement);
    return withChanges(user, { passwordHash: replacement });
  }
}
