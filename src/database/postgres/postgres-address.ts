import { parse } from 'pg-connection-string';

const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];

/**
 * DATABASE_URL as pg takes it. `sslmode` means what it means to libpq and psql: without a CA, `require` encrypts and
 * trusts any server.
 * @throws Error where a file that it names cannot be read, or where `verify-ca` has no CA.
 */
export function postgresAddress(url: string): Record<string, unknown> {
  const { searchParams } = new URL(url);
  const mode = searchParams.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode))
    throw new Error('sslmode may be disable, require, verify-ca or verify-full');
  // TypeORM writes it into its statements as it is.
  if (searchParams.get('schema')?.includes('"'))
    throw new Error('schema may be any name without a quotation mark');
  const { port, options, ...rest } = parse(url, { useLibpqCompat: true }) as Record<string, unknown>;
  const given: [string, unknown][] = Object.entries({ ...rest, port: port ? Number(port) : undefined });
  const known = given.filter(([, value]) => value !== undefined && value !== null && value !== '');
  const { schema } = rest;
  // pg itself takes `schema` for nothing.
  const all = [options, typeof schema === 'string' && `-c search_path=${asOption(schema)}`];
  return { ...Object.fromEntries(known), options: all.filter(Boolean).join(' ') || undefined };
}

/** A name for SQL, with the spaces and backslashes escaped that would part options. */
const asOption = (name: string): string => `"${name}"`.replace(/[\\\s]/g, '\\$&');
