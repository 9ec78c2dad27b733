import type { EntityManager } from 'typeorm';
import { lookOf } from '../common/lookalikes';
import { canonicalUsername } from './username';

/** Any number that no other application uses for its advisory locks on the same server. */
const LOCK = 0x1a7c5;

/**
 * Lets one transaction at a time give or free names that look like these. The check and the write that follows would
 * otherwise let two look-alikes in that sign up at once: a unique index cannot say "unless both are ASCII". On SQLite
 * a writing transaction is alone in any case.
 */
export async function lockNames(manager: EntityManager, names: string[]): Promise<void> {
  if (manager.connection.options.type !== 'postgres') return;
  const skeletons = names.flatMap((name) => lookOf(name, canonicalUsername(name)).skeletons);
  // In one order everywhere: two that lock the other way round would wait for each other.
  await manager.query(
    `SELECT pg_advisory_xact_lock($1, key)
     FROM (SELECT DISTINCT hashtext(skeleton) AS key FROM unnest($2::text[]) AS skeleton ORDER BY key) AS keys`,
    [LOCK, skeletons],
  );
}
