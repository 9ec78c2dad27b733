const SOURCE_OF_IPV6 = /^([\da-f]+:[\da-f]+:[\da-f]+):[\da-f]+::\/64$/;

/**
 * The /48 of an IPv6 source. Providers assign it to one customer, who then has 65,536 networks of /64.
 * @param source as `sourceOf` returns it.
 * @returns null for IPv4.
 */
export function networkOf(source: string): string | null {
  const [, prefix] = SOURCE_OF_IPV6.exec(source) ?? [];
  return prefix === undefined ? null : `${prefix}::/48`;
}
