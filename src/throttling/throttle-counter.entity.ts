import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column';

/** The failures under one key: an account, a source, or both. */
@Entity('throttle_counters', { synchronize: false })
export class ThrottleCounter {
  /** An HMAC: the table reveals no account, no source, and no password typed as a username. */
  @PrimaryColumn({
    name: 'key_hash',
    type: 'varchar',
    length: 43,
    primaryKeyConstraintName: 'pk_throttle_counters',
  })
  keyHash!: string;

  /** Includes pending attempts. */
  @Column({ type: 'integer' })
  failures!: number;

  @InstantColumn({ name: 'blocked_until' })
  blockedUntil!: number;

  /** After this time the failures no longer count. */
  @Index('ix_throttle_counters_expires_at')
  @InstantColumn({ name: 'expires_at' })
  expiresAt!: number;

  @InstantColumn({ name: 'updated_at' })
  updatedAt!: number;
}
