import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../database/instant-column';

/**
 * A form or API request with a key, so that it takes effect once even if it arrives several times. A leaked
 * row is useless: it contains neither the key nor the fields, and the outcome is encrypted.
 */
@Entity('submissions', { synchronize: false })
export class SubmissionEntity {
  @PrimaryColumn({ name: 'id_hash', type: 'varchar', length: 43, primaryKeyConstraintName: 'pk_submissions' })
  idHash!: string;

  /** HMAC of the key, method, URL and fields. */
  @Column({ type: 'varchar', length: 43 })
  digest!: string;

  /** `sessions.id_hash` of the sender; null without a session. */
  @Column({ name: 'session_id_hash', type: 'varchar', length: 43, nullable: true })
  sessionIdHash!: string | null;

  /** Encrypted; null until the request is answered. */
  @Column({ type: 'text', nullable: true })
  outcome!: string | null;

  /** How many sessions were started because the response was lost. */
  @Column({ type: 'integer', default: 0 })
  repeats!: number;

  @Index('ix_submissions_expires_at')
  @InstantColumn({ name: 'expires_at' })
  expiresAt!: number;
}
