import type { Logger } from '@nestjs/common';

/** Small, so that no request waits long behind one. */
const BATCH = 500;

/** Deletes, or ends, what its time is over for. @returns how many, at most `limit`. */
export type Purge = (limit: number) => Promise<number>;

/** Repeats each until nothing is left; what fails is told and left to the next round. */
export async function purgeInBatches(logger: Logger, what: string, ...purges: Purge[]): Promise<void> {
  try {
    for (const purge of purges) while ((await purge(BATCH)) > 0);
  } catch (error) {
    logger.warn(`Expired ${what} could not be purged; the next round tries again: ${String(error)}`);
  }
}
