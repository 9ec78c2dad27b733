import type { Logger } from '@nestjs/common';

/** Small, so no request waits long for one. */
const BATCH = 500;

/** Deletes or ends up to `limit` expired rows. @returns how many. */
export type Purge = (limit: number) => Promise<number>;

/** Repeats each purge until nothing is left. Logs a failure and leaves the rest to the next round. */
export async function purgeInBatches(logger: Logger, what: string, ...purges: Purge[]): Promise<void> {
  try {
    for (const purge of purges) while ((await purge(BATCH)) > 0);
  } catch (error) {
    logger.warn(`Expired ${what} could not be purged; the next round tries again: ${String(error)}`);
  }
}
