import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../database/instant-column';
import type { EndReason } from '../session-engine';

/**
 * One session, live or ended. `idHash` is the SHA-256 of the ID in the cookie. The ID itself is never stored.
 */
// Serves both expiry (not ended, by deadline) and purge (ended, by time of end).
@Index('ix_sessions_ended_at', ['endedAt', 'idleExpiresAt'])
@Entity('sessions', { synchronize: false })
export class SessionEntity {
  @PrimaryColumn({ name: 'id_hash', type: 'varchar', length: 43, primaryKeyConstraintName: 'pk_sessions' })
  idHash!: string;

  /** Identifies the session in pages and the API. It does not log in. */
  @Index('uq_sessions_public_id', { unique: true })
  @Column({ name: 'public_id', type: 'varchar', length: 22 })
  publicId!: string;

  // No relation to users: this layer does not know them.
  @Index('ix_sessions_user_id')
  @Column({ name: 'user_id', type: 'integer', nullable: true })
  userId!: number | null;

  /** The remembered device to which it belongs. */
  @Index('ix_sessions_family_id')
  @Column({ name: 'family_id', type: 'varchar', length: 22, nullable: true })
  familyId!: string | null;

  @Column({ type: 'text' })
  data!: string;

  /** Incremented by each write, for optimistic locking. */
  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'varchar', length: 45, nullable: true })
  ip!: string | null;

  @Column({ name: 'user_agent', type: 'varchar', length: 255, nullable: true })
  userAgent!: string | null;

  @InstantColumn({ name: 'created_at' })
  createdAt!: number;

  @InstantColumn({ name: 'last_seen_at' })
  lastSeenAt!: number;

  /** Never later than `absoluteExpiresAt`. */
  @InstantColumn({ name: 'idle_expires_at' })
  idleExpiresAt!: number;

  @InstantColumn({ name: 'absolute_expires_at' })
  absoluteExpiresAt!: number;

  @InstantColumn({ name: 'ended_at', nullable: true })
  endedAt!: number | null;

  @Column({ name: 'end_reason', type: 'varchar', length: 20, nullable: true })
  endReason!: EndReason | null;

  /** When its user learned why it ended, which happens once. */
  @InstantColumn({ name: 'told_at', nullable: true })
  toldAt!: number | null;
}
