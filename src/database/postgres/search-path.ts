/** The `options` of a connection whose tables are in this schema: pg ignores `schema`. */
export function searchPath(schema: unknown, options: unknown): string | undefined {
  const all = [options, typeof schema === 'string' && `-c search_path=${asOption(schema)}`];
  return all.filter(Boolean).join(' ') || undefined;
}

/** A quoted SQL name, with spaces and backslashes escaped: they separate options. */
const asOption = (name: string): string => `"${name}"`.replace(/[\\\s]/g, '\\$&');
