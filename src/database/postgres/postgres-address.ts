import { distance } from 'fastest-levenshtein';
import { parse } from 'pg-connection-string';
import { searchPath } from './search-path';

const PARAMETERS = ['schema', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'];
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];

/**
 * DATABASE_URL as pg takes it. `sslmode` has the same meaning as for libpq and psql: without a CA, `require`
 * encrypts and trusts any server.
 * @param schema in place of its parameter `schema`.
 * @throws Error if a file it names cannot be read, or `verify-ca` has no CA.
 */
export function postgresAddress(url: string, schema?: string): Record<string, unknown> {
  const address = new URL(url);
  const { searchParams } = address;
  if (schema !== undefined) searchParams.set('schema', schema);
  const mode = searchParams.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode))
    throw new Error('sslmode may be disable, require, verify-ca or verify-full');
  refuseUnknown(searchParams);
  // TypeORM puts it into its statements unescaped.
  if (searchParams.get('schema')?.includes('"'))
    throw new Error('schema may be any name without a quotation mark');
  const { port, options, ...rest } = parse(schema === undefined ? url : address.href, {
    useLibpqCompat: true,
  }) as Record<string, unknown>;
  const given: [string, unknown][] = Object.entries({ ...rest, port: port ? Number(port) : undefined });
  const known = given.filter(([, value]) => value !== undefined && value !== null && value !== '');
  return { ...Object.fromEntries(known), options: searchPath(rest.schema, options) };
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
