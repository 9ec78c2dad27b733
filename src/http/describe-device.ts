import Bowser from 'bowser';
import { LRUCache } from 'lru-cache';

export interface DeviceNames {
  readonly browser: string | null;
  readonly os: string | null;
}

/** The rows of a list name few browsers, and parsing a header takes longer than reading the list. */
const parsed = new LRUCache<string, DeviceNames>({
  max: 500,
  memoMethod: (userAgent) => {
    const { browser, os } = Bowser.parse(userAgent);
    return { browser: browser.name || null, os: os.name || null };
  },
});

/**
 * Browser and system names by which users recognise their device. Null if the header does not contain them.
 */
export function describeDevice(userAgent: string | null): DeviceNames {
  if (!userAgent) return { browser: null, os: null }; // bowser throws on an empty string
  return parsed.memo(userAgent);
}
