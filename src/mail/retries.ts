const MINUTE = 60_000;

/** An attempt that takes longer has failed. */
export const ATTEMPT_MS = MINUTE;
/** How long an attempt keeps others away: longer than it may take, clocks that differ included. */
export const LEASE_MS = 2 * MINUTE;
export const LONGEST_WAIT_MS = 60 * MINUTE;
/** Longer than a mail server is usually down, shorter than anybody still waits for the mail. */
const GIVEN_UP_AFTER = 3 * 24 * 60 * MINUTE;

/**
 * Milliseconds until the next attempt: 15 s after the first, then twice as long each time, an hour at most.
 * @param attempts made so far
 * @param age of the job, in milliseconds
 * @returns null when it is given up.
 */
export function waitAfter(attempts: number, age: number): number | null {
  if (age >= GIVEN_UP_AFTER) return null;
  return Math.min(15_000 * 2 ** (attempts - 1), LONGEST_WAIT_MS);
}
