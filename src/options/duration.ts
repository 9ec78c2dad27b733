const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Parses a duration with its unit: `500ms`, `90s`, `30m`, `12h`, `30d`.
 * @returns milliseconds, or NaN for anything else, such as a number without a unit.
 */
export function parseDuration(text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text.trim());
  return match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : NaN;
}
