import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../database/instant-column';
import type { EndReason } from '../session-engine';

/** One row a session, live or ended. `idHash` is SHA-256 of the ID that the cookie carries, never the ID. */
// Serves both what is to expire (not ended, by time) and what is to be purged (ended, by when).
@Index('ix_sessions_ended_at', ['endedAt', 'idleExpiresAt'])
@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn({ name: 'id_hash', type: 'varchar', length: 43, primaryKeyConstraintName: 'pk_sessions' })
  idHash!: string;

  /** Names the session to its owner, in pages and in the API; it opens nothing. */
  @Index('uq_sessions_public_id', { unique: true })
  @Column({ name: 'public_id', type: 'varchar', length: 22 })
  publicId!: string;

  // No relation to users: a lower floor does not know a higher one.
  @Index('ix_sessions_user_id')
  @Column({ name: 'user_id', type: 'integer', nullable: true })
  userId!: number | null;

  /** The remembered device that it was started by or for. */
  @Index('ix_sessions_family_id')
  @Column({ name: 'family_id', type: 'varchar', length: 22, nullable: true })
  familyId!: string | null;

  @Column({ type: 'text' })
  data!: string;

  /** Counts the writes, so that a writer notices that another one was faster. */
  @Column({ type: 'integer' })
  version!: number;

  /** Where it was started from. */
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

  /** When its user was told why, which happens once. */
  @InstantColumn({ name: 'told_at', nullable: true })
  toldAt!: number | null;
}
