import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The chain's sealed start and end, in one row. It reveals the deletion of the newest entries. */
@Entity('audit_head', { synchronize: false })
export class AuditHead {
  /** Always 1. Appending locks this row, so that all instances write one chain. */
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_audit_head' })
  id!: number;

  /** ID of the last purged entry, 0 at first. The first remaining entry refers to its hash. */
  @Column({ name: 'anchor_id', type: 'integer' })
  anchorId!: number;

  @Column({ name: 'anchor_hash', type: 'varchar', length: 43 })
  anchorHash!: string;

  @Column({ name: 'last_id', type: 'integer' })
  lastId!: number;

  @Column({ name: 'last_hash', type: 'varchar', length: 43 })
  lastHash!: string;

  /** Empty before the first entry and after detected tampering with this row. */
  @Column({ type: 'varchar', length: 43 })
  seal!: string;
}
