const UNITS: Record<string, number> = { B: 1, kB: 1_024, MB: 1_024 ** 2 };

/** Bytes of a size with its unit, such as `64kB`, or NaN for anything else. */
export function parseSize(text: string): number {
  const [, number, unit] = /^(\d{1,9})(B|kB|MB)$/.exec(text.trim()) ?? [];
  return number === undefined ? NaN : Number(number) * UNITS[unit];
}
