/** Turns passwords into what may be stored. A port: bind your own class to this token to hash another way. */
export abstract class PasswordHasher {
  /** @returns a self-describing text of at most 255 characters that `verify` understands. */
  abstract hash(password: string): Promise<string>;

  /** Constant-time; false, never an error, for a stored text that is not a hash it knows. */
  abstract verify(password: string, passwordHash: string): Promise<boolean>;

  /** Whether a stored hash is weaker than what `hash` makes today. */
  abstract needsRehash(passwordHash: string): boolean;

  /**
   * Whether a hash depends on every character of its password: of this one, which it has just verified, or of any.
   * bcrypt stops after 72 bytes. To hash again what was typed beyond them would make a slip the password.
   */
  readsAll(_passwordHash: string, _password?: string): boolean {
    return true;
  }

  /** Names a hash that is stored, so that no refusal is quicker than one that compares with it. */
  expect(_passwordHash: string): void {}

  /** Spends the time of one `verify`, so that an unknown user takes as long as a wrong password (ASVS 5.0: 6.3.8). */
  abstract verifyNothing(password: string): Promise<false>;
}
