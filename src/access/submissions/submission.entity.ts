import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../database/instant-column';

/**
 * A form, or a request of the API, that came with a key of its own: so that it has one effect however often it comes.
 * Neither its key nor its fields are here, and the outcome is sealed: the row is of no use to its reader.
 */
@Entity('submissions')
export class SubmissionEntity {
  @PrimaryColumn({ name: 'id_hash', type: 'varchar', length: 43, primaryKeyConstraintName: 'pk_submissions' })
  idHash!: string;

  /** HMAC of the key, the address and the fields. */
  @Column({ type: 'varchar', length: 43 })
  digest!: string;

  /** The session that it came from, as `sessions.id_hash`; null for a browser without one. */
  @Column({ name: 'session_id_hash', type: 'varchar', length: 43, nullable: true })
  sessionIdHash!: string | null;

  /** How it was answered, encrypted; null until then. */
  @Column({ type: 'text', nullable: true })
  outcome!: string | null;

  /** How many sessions were started because its answer was lost. */
  @Column({ type: 'integer', default: 0 })
  repeats!: number;

  @Index('ix_submissions_expires_at')
  @InstantColumn({ name: 'expires_at' })
  expiresAt!: number;
}
