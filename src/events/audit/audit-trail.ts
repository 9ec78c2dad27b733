import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { type Page, type PageQuery, pageOf } from '../../http/page';
import { AuditEntry } from './audit-entry.entity';

/** Reads what was written of somebody. */
@Injectable()
export class AuditTrail {
  constructor(@InjectRepository(AuditEntry) private readonly entries: Repository<AuditEntry>) {}

  /** What was done to a user, by whomever; newest first. */
  async list({ limit, after }: PageQuery, userId: number): Promise<Page<AuditEntry>> {
    const where = { userId, ...(after !== undefined && { id: LessThan(after) }) };
    return pageOf(await this.entries.find({ where, order: { id: 'DESC' }, take: limit + 1 }), limit);
  }
}
