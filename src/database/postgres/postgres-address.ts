import { distance } from 'fastest-levenshtein';
import { parse } from 'pg-connection-string';

const PARAMETERS = ['schema', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'];
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];

/**
 * DATABASE_URL as pg takes it. `sslmode` has the same meaning as for libpq and psql: without a CA, `require`
 * encrypts and trusts any server.
 * @throws Error if a file it names cannot be read, or `verify-ca` has no CA.
 */
export function postgresAddress(url: string): Record<string, unknown> {
  const { searchParams } = new URL(url);
  const mode = searchParams.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode))
    throw new Error('sslmode may be disable, require, verify-ca or verify-full');
  refuseUnknown(searchParams);
  // TypeORM puts it into its statements unescaped.
  if (searchParams.get('schema')?.includes('"'))
    throw new Error('schema may be any name without a quotation mark');
  const { port, options, ...rest } = parse(url, { useLibpqCompat: true }) as Record<string, unknown>;
  const given: [string, unknown][] = Object.entries({ ...rest, port: port ? Number(port) : undefined });
  const known = given.filter(([, value]) => value !== undefined && value !== null && value !== '');
  const { schema } = rest;
  // pg ignores `schema`.
  const all = [options, typeof schema === 'string' && `-c search_path=${asOption(schema)}`];
  return { ...Object.fromEntries(known), options: all.filter(Boolean).join(' ') || undefined };
}

/** @throws Error for a misspelt or repeated parameter: otherwise TLS or the schema would silently differ. */
function refuseUnknown(parameters: URLSearchParams): void {
  for (const name of new Set(parameters.keys())) {
    if (parameters.getAll(name).length > 1) throw new Error(`the parameter ${name} is given twice`);
    const letters = name.toLowerCase().replace(/[^a-z]|^(?:current|search)/g, '');
    const meant = PARAMETERS.find((known) => known !== name && distance(letters, known) <= 1);
    if (meant !== undefined && !PARAMETERS.includes(name))
      throw new Error(`the parameter ${name} is not known; did you mean ${meant}?`);
  }
}

/** A quoted SQL name, with spaces and backslashes escaped: they separate options. */
const asOption = (name: string): string => `"${name}"`.replace(/[\\\s]/g, '\\$&');
