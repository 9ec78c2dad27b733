const MINUTE = 60_000;

/** The timeout of an attempt. */
export const ATTEMPT_MS = MINUTE;
/** How long an attempt keeps other instances away: its timeout plus clock differences. */
export const LEASE_MS = 2 * MINUTE;
export const LONGEST_WAIT_MS = 60 * MINUTE;
/** Longer than most outages of mail servers; later the mail would be of no use. */
const GIVEN_UP_AFTER = 3 * 24 * 60 * MINUTE;

/**
 * Milliseconds until the next attempt: 15 s after the first, then doubling, at most an hour.
 * @param attempts made so far
 * @param age of the job, in milliseconds
 * @returns null to give up.
 */
export function waitAfter(attempts: number, age: number): number | null {
  if (age >= GIVEN_UP_AFTER) return null;
  return Math.min(15_000 * 2 ** (attempts - 1), LONGEST_WAIT_MS);
}
