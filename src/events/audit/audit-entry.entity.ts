import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../database/instant-column';

/** A security event as it was written: its place in the chain, and the hash that ties it to the one before. */
@Entity('security_events')
@Index('ix_security_events_user_id', ['userId', 'id'])
export class AuditEntry {
  /** The place in the chain, from 1 on without a gap. */
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'pk_security_events' })
  id!: number;

  @Column({ type: 'varchar', length: 64 })
  name!: string;

  @InstantColumn()
  at!: number;

  /** No reference: what was done stays known when the user is deleted. */
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

  /** JSON, as text: what is hashed is what is stored, byte by byte. */
  @Column({ type: 'text' })
  details!: string;

  @Column({ name: 'previous_hash', type: 'varchar', length: 43 })
  previousHash!: string;

  @Column({ type: 'varchar', length: 43 })
  hash!: string;
}

/** What an event becomes before it has its place. */
export type NewEntry = Omit<AuditEntry, 'id' | 'previousHash' | 'hash'>;
