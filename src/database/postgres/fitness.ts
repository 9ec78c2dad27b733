import type { DataSource } from 'typeorm';

interface Seen {
  role: string;
  database: string;
  encoding: string;
  schema: string | null;
  read_only: 'on' | 'off';
}

const SEEN = `SELECT current_user AS role, current_database() AS database, current_schema() AS schema,
  current_setting('server_encoding') AS encoding, current_setting('transaction_read_only') AS read_only`;

/** Our tables and sequences on which the role lacks a permission. */
const FORBIDDEN = `
  SELECT t.relname AS name FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
  WHERE n.nspname = current_schema() AND t.relkind IN ('r', 'p') AND t.relname = ANY($1) AND NOT (
    has_table_privilege(t.oid, 'SELECT') AND has_table_privilege(t.oid, 'INSERT') AND
    has_table_privilege(t.oid, 'UPDATE') AND has_table_privilege(t.oid, 'DELETE'))
  UNION
  SELECT s.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
  JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace n ON n.oid = t.relnamespace
  WHERE n.nspname = current_schema() AND t.relname = ANY($1)
    AND CASE s.relkind WHEN 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE') ELSE false END`;

const HINTS: [code: RegExp, hint: string][] = [
  [/^3D000$/, 'create it with: createdb -E UTF8 -T template0 NAME'],
  [
    /^42501$/,
    'the role must own its tables, or be granted USAGE and CREATE on its schema for a start that migrates',
  ],
  [/^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_)/, 'name the CA in sslrootcert='],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'name the host of the certificate, or use sslmode=verify-ca'],
  [/^ENOENT$|^EACCES$/, 'sslrootcert=, sslcert= and sslkey= must name files that can be read'],
];

/** @returns one sentence on a connection or server error at start-up, or null. */
export function describeStartError(error: unknown): string | null {
  const { cause } = error as Error; // from a pool that has given up
  if (cause instanceof Error) return describeStartError(cause);
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (/unsupported startup parameter/.test(message) && /options|search_path/.test(message))
    return 'a pooler refuses ?schema=; leave it away and run: ALTER ROLE … SET search_path = …';
  if (/does not support SSL/.test(message))
    return 'the server offers no TLS; turn it on there, or use sslmode=disable on a network of your own';
  if (/verify-ca requires/.test(message)) return 'sslmode=verify-ca needs the file of a CA in sslrootcert=';
  const isKnown = /^[\dA-Z]{5}$/.test(code) || /^(E[A-Z_]+|[A-Z_]*CERT[A-Z_]*|UNABLE_TO_[A-Z_]+)$/.test(code);
  if (!isKnown && !/^Connection terminated|timeout/.test(message)) return null;
  const hint = HINTS.find(([pattern]) => pattern.test(code))?.[1];
  const reason = message || code; // if several addresses refuse, only a code
  return `the database cannot be used (${reason})${hint ? `; ${hint}` : ''}`;
}

/**
 * Checks whether this database can be migrated and used.
 * @param wanted the schema in DATABASE_URL, if any.
 * @param mayChange whether to create a missing schema.
 * @returns one sentence on the problem, or null.
 */
export async function findProblem(
  source: DataSource,
  wanted: string | undefined,
  mayChange = false,
): Promise<string | null> {
  const seen = await look(source);
  const { role, database, encoding } = seen;
  if (encoding !== 'UTF8')
    return `the database ${database} is ${encoding}, not UTF8, and cannot hold every name and text; make one with: createdb -E UTF8 -T template0 NAME`;
  if (seen.read_only === 'on')
    return `the database ${database} can only be read; the address must lead to a server that takes writes`;
  if (wanted === undefined)
    return seen.schema === null ? `no schema of the search_path of the role ${role} can be used` : null;
  if (wanted === seen.schema) return null;
  const [found] = await source.query<unknown[]>('SELECT 1 FROM pg_namespace WHERE nspname = $1', [wanted]);
  if (found) return `the role ${role} may not use the schema ${wanted}, or a pooler ignores ?schema=`;
  if (mayChange) {
    const [{ sql }] = await source.query<[{ sql: string }]>(
      "SELECT format('CREATE SCHEMA IF NOT EXISTS %I', $1::text) AS sql",
      [wanted],
    );
    const isMade = await source.query(sql).then(
      () => true,
      () => false,
    );
    if (isMade) return (await look(source)).schema === wanted ? null : 'a pooler ignores ?schema=';
  }
  return `the schema ${wanted} does not exist, and the role ${role} cannot make it; run: CREATE SCHEMA ${wanted} AUTHORIZATION ${role}`;
}

/** @returns one sentence on tables that the role may not read or write, or null. */
export async function missingPermissions(source: DataSource, tables: string[]): Promise<string | null> {
  const rows = await source.query<{ name: string }[]>(FORBIDDEN, [tables]);
  if (rows.length === 0) return null;
  const { role, schema } = await look(source);
  const names = rows.map(({ name }) => name).join(', ');
  return `the role ${role} may not read and write all of ${names}; as their owner run: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role}`;
}

async function look(source: DataSource): Promise<Seen> {
  const [seen] = await source.query<[Seen]>(SEEN);
  return seen;
}
