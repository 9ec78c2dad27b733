import Bowser from 'bowser';

/**
 * Browser and system names by which users recognise their device. Null if the header does not contain them.
 */
export function describeDevice(userAgent: string | null): { browser: string | null; os: string | null } {
  if (!userAgent) return { browser: null, os: null }; // bowser throws on an empty string
  const { browser, os } = Bowser.parse(userAgent);
  return { browser: browser.name || null, os: os.name || null };
}
