import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column';
import type { EndReason } from './session-engine';

/** One device that stays logged in: a row that outlives its sessions. Validators are stored as SHA-256 alone. */
@Entity('remember_families')
export class RememberFamily {
  @PrimaryColumn({ type: 'varchar', length: 22, primaryKeyConstraintName: 'pk_remember_families' })
  selector!: string;

  // No relation to users: a lower floor does not know a higher one.
  @Index('ix_remember_families_user_id')
  @Column({ name: 'user_id', type: 'integer' })
  userId!: number;

  /** The user's when the device was remembered. */
  @Column({ name: 'security_version', type: 'integer', default: 1 })
  securityVersion!: number;

  @Column({ name: 'validator_hash', type: 'varchar', length: 43 })
  validatorHash!: string;

  /** The validator before this one, good until this one has come back, and for parallel tabs for a moment. */
  @Column({ name: 'previous_validator_hash', type: 'varchar', length: 43, nullable: true })
  previousValidatorHash!: string | null;

  /** What this validator was made from, beside the one before it and our secret. */
  @Column({ name: 'successor_salt', type: 'varchar', length: 22, nullable: true })
  successorSalt!: string | null;

  /** How often this validator was sent again, to a device that showed the one before it. */
  @Column({ type: 'integer', default: 0 })
  reissues!: number;

  /** When this validator, or the session that came with it, came back: the device has received it. */
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
