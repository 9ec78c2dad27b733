/** Hashes and verifies passwords. A port: bind your own class to this token to use another algorithm. */
export abstract class PasswordHasher {
  /** @returns a self-describing text for `verify`, at most 255 characters. */
  abstract hash(password: string): Promise<string>;

  /** Constant-time. Returns false, without an error, for an unsupported hash. */
  abstract verify(password: string, passwordHash: string): Promise<boolean>;

  /** Whether a stored hash is weaker than the hashes that `hash` now returns. */
  abstract needsRehash(passwordHash: string): boolean;

  /**
   * Whether a hash depends on every character of the given, just verified password, or of any password.
   * bcrypt ignores all after 72 bytes: rehashing would turn an unnoticed typo there into the password.
   */
  coversWholePassword(_passwordHash: string, _password?: string): boolean {
    return true;
  }

  /** Announces a stored hash, so that every refusal takes at least as long as verifying it. */
  expect(_passwordHash: string): void {}

  /** Takes as long as one `verify`, so that timing does not reveal unknown users (ASVS 5.0: 6.3.8). */
  abstract simulateVerify(password: string): Promise<false>;
}
