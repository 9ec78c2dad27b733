import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says where the chain begins and ends, sealed: without it nobody would miss the newest entries. */
@Entity('audit_head')
export class AuditHead {
  /** Always 1. Whoever appends locks this row, so that all instances write one chain. */
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_audit_head' })
  id!: number;

  /** The last entry that was purged, and its hash, to which the first one that is left refers; 0 and empty before. */
  @Column({ name: 'anchor_id', type: 'integer' })
  anchorId!: number;

  @Column({ name: 'anchor_hash', type: 'varchar', length: 43 })
  anchorHash!: string;

  @Column({ name: 'last_id', type: 'integer' })
  lastId!: number;

  @Column({ name: 'last_hash', type: 'varchar', length: 43 })
  lastHash!: string;

  /** Empty before the first entry, and since somebody has tampered with this row. */
  @Column({ type: 'varchar', length: 43 })
  seal!: string;
}
