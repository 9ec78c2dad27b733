import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../database/instant-column';

/** A recorded security event, chained by hash to the previous one. */
@Entity('security_events', { synchronize: false })
@Index('ix_security_events_user_id', ['userId', 'id'])
export class AuditEntry {
  /** Position in the chain, from 1 without gaps. */
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_security_events' })
  id!: number;

  @Column({ type: 'varchar', length: 64 })
  name!: string;

  @InstantColumn()
  at!: number;

  /** No foreign key: entries outlive a deleted user. */
  @Column({ name: 'user_id', type: 'integer', nullable: true })
  userId!: number | null;

  @Column({ name: 'actor_id', type: 'integer', nullable: true })
  actorId!: number | null;

  @Column({ name: 'session_id_hash', type: 'varchar', length: 43, nullable: true })
  sessionIdHash!: string | null;

  @Column({ name: 'request_id', type: 'varchar', length: 36, nullable: true })
  requestId!: string | null;

  @Column({ type: 'varchar', length: 45, nullable: true })
  ip!: string | null;

  @Column({ name: 'user_agent', type: 'varchar', length: 255, nullable: true })
  userAgent!: string | null;

  /** JSON, stored as text so that the hashed bytes are the stored bytes. */
  @Column({ type: 'text' })
  details!: string;

  @Column({ name: 'previous_hash', type: 'varchar', length: 43 })
  previousHash!: string;

  @Column({ type: 'varchar', length: 43 })
  hash!: string;
}

/** An entry before it has a position in the chain. */
export type NewEntry = Omit<AuditEntry, 'id' | 'previousHash' | 'hash'>;
