import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column';

/** What has failed under one key: an account, a source, or both. */
@Entity('throttle_counters')
export class ThrottleCounter {
  /** An HMAC: the table tells neither who was tried, nor from where, nor a password typed as a username. */
  @PrimaryColumn({
    name: 'key_hash',
    type: 'varchar',
    length: 43,
    primaryKeyConstraintName: 'pk_throttle_counters',
  })
  keyHash!: string;

  /** Includes tries that are under way. */
  @Column({ type: 'integer' })
  failures!: number;

  @InstantColumn({ name: 'blocked_until' })
  blockedUntil!: number;

  /** From then on nothing has failed. */
  @Index('ix_throttle_counters_expires_at')
  @InstantColumn({ name: 'expires_at' })
  expiresAt!: number;

  @InstantColumn({ name: 'updated_at' })
  updatedAt!: number;
}
