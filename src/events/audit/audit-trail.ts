import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { type Page, type PageQuery, pageOf } from '../../http/page';
import { AuditEntry } from './audit-entry.entity';

/** Reads users' audit entries. */
@Injectable()
export class AuditTrail {
  constructor(@InjectRepository(AuditEntry) private readonly entries: Repository<AuditEntry>) {}

  /** Events that affect a user, regardless of the actor, newest first. */
  async list({ limit, after }: PageQuery, userId: number): Promise<Page<AuditEntry>> {
    const where = { userId, ...(after !== undefined && { id: LessThan(after) }) };
    return pageOf(await this.entries.find({ where, order: { id: 'DESC' }, take: limit + 1 }), limit);
  }
}
