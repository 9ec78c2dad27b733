import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column';
import type { EndReason } from './session-engine';

/** One remembered device. The row outlives its sessions. Validators are stored as SHA-256 hashes only. */
@Entity('remember_families', { synchronize: false })
export class RememberFamily {
  @PrimaryColumn({ type: 'varchar', length: 22, primaryKeyConstraintName: 'pk_remember_families' })
  selector!: string;

  // No relation to users: this layer does not know them.
  @Index('ix_remember_families_user_id')
  @Column({ name: 'user_id', type: 'integer' })
  userId!: number;

  /** The user's security version when the device was remembered. */
  @Column({ name: 'security_version', type: 'integer', default: 1 })
  securityVersion!: number;

  @Column({ name: 'validator_hash', type: 'varchar', length: 43 })
  validatorHash!: string;

  /**
   * The previous validator: valid until the device sends the current one, and a moment longer for parallel
   * tabs.
   */
  @Column({ name: 'previous_validator_hash', type: 'varchar', length: 43, nullable: true })
  previousValidatorHash!: string | null;

  /** The current validator is derived from this, the previous validator and the server's secret. */
  @Column({ name: 'successor_salt', type: 'varchar', length: 22, nullable: true })
  successorSalt!: string | null;

  /** How often the current validator was sent again because the device still used the previous one. */
  @Column({ type: 'integer', default: 0 })
  reissues!: number;

  /** When the device first sent this validator, or the session it came with: the device has received it. */
  @InstantColumn({ name: 'seen_at', nullable: true })
  seenAt!: number | null;

  @InstantColumn({ name: 'rotated_at' })
  rotatedAt!: number;

  @Index('ix_remember_families_expires_at')
  @InstantColumn({ name: 'expires_at' })
  expiresAt!: number;

  @InstantColumn({ name: 'ended_at', nullable: true })
  endedAt!: number | null;

  @Column({ name: 'end_reason', type: 'varchar', length: 20, nullable: true })
  endReason!: EndReason | null;
}
