import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../database/instant-column';

/** What a mailed link may do once: for each user and purpose the newest only. */
@Entity('tokens')
@Index('uq_tokens_user_id_purpose', ['userId', 'purpose'], { unique: true })
export class TokenEntity {
  /** SHA-256 of the token, which stands in the mail alone: a copy of this table opens nothing. */
  @PrimaryColumn({
    name: 'token_hash',
    type: 'varchar',
    length: 43,
    primaryKeyConstraintName: 'pk_tokens',
  })
  tokenHash!: string;

  @Column({ type: 'varchar', length: 32 })
  purpose!: string;

  // No relation to users: a lower floor does not know a higher one.
  @Column({ name: 'user_id', type: 'integer' })
  userId!: number;

  /** The user's when it was issued, for purposes that end with it. */
  @Column({ name: 'security_version', type: 'integer' })
  securityVersion!: number;

  /** JSON. */
  @Column({ type: 'text' })
  payload!: string;

  @Index('ix_tokens_expires_at')
  @InstantColumn({ name: 'expires_at' })
  expiresAt!: number;

  @InstantColumn({ name: 'used_at', nullable: true })
  usedAt!: number | null;
}
