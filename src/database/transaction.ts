import type { EntityManager } from 'typeorm';

/**
 * An open transaction, as ports pass it on. `Database.transaction` opens it; a TypeORM EntityManager is one too. A store in
 * another system ignores it.
 */
export interface Transaction {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/** For stores that use TypeORM. */
export function managerOf(transaction: Transaction): EntityManager {
  return transaction as EntityManager;
}
