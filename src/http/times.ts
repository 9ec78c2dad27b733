import { LRUCache } from 'lru-cache';

const LONG_DATE = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});
const MINUTE = 60_000;
/** Lists show the same recent times again and again, and formatting one takes ten times as long as finding it. */
const MOST = 1_000;

const isoTimes = new LRUCache<number, string>({
  max: MOST,
  memoMethod: (time) => new Date(time).toISOString(),
});
const longDates = new LRUCache<number, string>({
  max: MOST,
  memoMethod: (minute) => `${LONG_DATE.format(minute * MINUTE)} UTC`,
});

/** `2026-11-22T09:30:00.000Z` @param time in milliseconds since 1970 */
export const isoTime = (time: number): string => isoTimes.memo(time);

/** `22 November 2026 at 09:30 UTC` @param time in milliseconds since 1970 */
export const longDate = (time: number): string => longDates.memo(Math.floor(time / MINUTE));
