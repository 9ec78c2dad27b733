import Bowser from 'bowser';

/** What an owner recognizes a device by: names of the browser and the system, null where the header tells nothing. */
export function describeDevice(userAgent: string | null): { browser: string | null; os: string | null } {
  if (!userAgent) return { browser: null, os: null }; // bowser throws at an empty one
  const { browser, os } = Bowser.parse(userAgent);
  return { browser: browser.name || null, os: os.name || null };
}
