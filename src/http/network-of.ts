const SOURCE_OF_IPV6 = /^([\da-f]+:[\da-f]+:[\da-f]+):[\da-f]+::\/64$/;

/**
 * The /48 that a source of IPv6 belongs to: what providers give to one customer, with 65,536 networks of /64 in it.
 * @param source as `sourceOf` names it.
 * @returns null for IPv4.
 */
export function networkOf(source: string): string | null {
  const [, prefix] = SOURCE_OF_IPV6.exec(source) ?? [];
  return prefix === undefined ? null : `${prefix}::/48`;
}
