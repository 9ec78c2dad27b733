import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../database/instant-column';

/** A form that met an ended session, or one too old for it, sealed with a key that only its browser holds. */
@Entity('kept_forms')
export class FormDraftEntity {
  /** SHA-256 of the token that the browser holds, never the token. */
  @PrimaryColumn({
    name: 'token_hash',
    type: 'varchar',
    length: 43,
    primaryKeyConstraintName: 'pk_kept_forms',
  })
  tokenHash!: string;

  /** The session that sent it. It keeps one form at most, so that a cookie cannot fill the table. */
  @Index('uq_kept_forms_session_id_hash', { unique: true })
  @Column({ name: 'session_id_hash', type: 'varchar', length: 43 })
  sessionIdHash!: string;

  // No relation to users: a lower floor does not know a higher one.
  @Column({ name: 'user_id', type: 'integer' })
  userId!: number;

  @Column({ type: 'text' })
  sealed!: string;

  @Index('ix_kept_forms_expires_at')
  @InstantColumn({ name: 'expires_at' })
  expiresAt!: number;
}
