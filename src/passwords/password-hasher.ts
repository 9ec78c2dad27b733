/** Turns passwords into what may be stored. A port: bind your own class to this token to hash another way. */
export abstract class PasswordHasher {
  /** @returns a self-describing text of at most 255 characters that `verify` understands. */
  abstract hash(password: string): Promise<string>;

  /** Constant-time; false, never an error, for a stored text that is not a hash it knows. */
  abstract verify(password: string, passwordHash: string): Promise<boolean>;

  /** Whether a stored hash is weaker than what `hash` makes today. */
  abstract needsRehash(passwordHash: string): boolean;

  /** Spends the time of one `verify`, so that an unknown user takes as long as a wrong password (ASVS 5.0: 6.3.8). */
  abstract verifyNothing(password: string): Promise<false>;
}
