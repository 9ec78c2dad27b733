import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../database/instant-column';

/** A single-use token of a mailed link. Each user has at most one per purpose, the newest. */
@Entity('tokens', { synchronize: false })
@Index('uq_tokens_user_id_purpose', ['userId', 'purpose'], { unique: true })
export class TokenEntity {
  /** SHA-256 of the token. Only the mail contains the token, so a leaked table is useless. */
  @PrimaryColumn({
    name: 'token_hash',
    type: 'varchar',
    length: 43,
    primaryKeyConstraintName: 'pk_tokens',
  })
  tokenHash!: string;

  @Column({ type: 'varchar', length: 32 })
  purpose!: string;

  // No relation to users: this module must not depend on users/.
  @Column({ name: 'user_id', type: 'integer' })
  userId!: number;

  /** The user's version at issue: a change can void the token. */
  @Column({ name: 'security_version', type: 'integer' })
  securityVersion!: number;

  /** JSON object. */
  @Column({ type: 'text' })
  payload!: string;

  @Index('ix_tokens_expires_at')
  @InstantColumn({ name: 'expires_at' })
  expiresAt!: number;

  @InstantColumn({ name: 'used_at', nullable: true })
  usedAt!: number | null;
}
