import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import { RowList } from '../../database/row-list';
import type { Page, PageQuery } from '../../http/page';
import type { AuditEntry } from './audit-entry.entity';

/** An audit entry as its user sees it. */
export type ListedEntry = Pick<AuditEntry, 'id' | 'name' | 'at' | 'ip' | 'userAgent' | 'details'>;

type Row = Omit<ListedEntry, 'at'> & { userId: number; at: number | string };

const ENTRIES = new RowList<Row, ListedEntry>({
  columns: {
    id: 'id',
    userId: 'user_id',
    name: 'name',
    at: 'at',
    ip: 'ip',
    userAgent: 'user_agent',
    details: 'details',
  },
  from: 'security_events',
  order: 'DESC',
  item: ({ id, name, at, ip, userAgent, details }) => ({ id, name, at: Number(at), ip, userAgent, details }),
});

/** Reads users' audit entries. */
@Injectable()
export class AuditTrail {
  constructor(private readonly database: Database) {}

  /** Events that affect a user, regardless of the actor, newest first. */
  list(query: PageQuery, userId: number): Promise<Page<ListedEntry>> {
    return ENTRIES.page(this.database, query, { userId });
  }
}
