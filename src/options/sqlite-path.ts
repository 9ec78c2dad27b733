import { resolve } from 'node:path';

const SCHEME = 'sqlite:';

/** @returns the path of the SQLite file in DATABASE_URL, or null for another database. */
export function sqlitePath(databaseUrl: string): string | null {
  return databaseUrl.startsWith(SCHEME) ? databaseUrl.slice(SCHEME.length) : null;
}

/**
 * SQLAlchemy, which Flask uses, writes `sqlite:////srv/app.db` for an absolute path and `sqlite:///app.db`
 * for a relative one. In other URLs the latter would mean /app.db.
 * @returns the URL in the form `sqlite:path`. @throws Error if it could mean two paths; it names both.
 */
export function unambiguousSqliteUrl(databaseUrl: string): string {
  const path = sqlitePath(databaseUrl);
  if (path === null || !path.startsWith('//')) return databaseUrl;
  const rest = path.replace(/^\/+/, '');
  if (path.length - rest.length === 4 && rest !== '') return `${SCHEME}/${rest}`;
  throw new Error(
    `DATABASE_URL may mean two files: write sqlite:${rest} for ${resolve(rest)}, or sqlite:/${rest} for /${rest}`,
  );
}
