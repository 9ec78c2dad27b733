import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../database/instant-column';

/** A form sent with an ended session or without a recent step-up. Only the browser has its encryption key. */
@Entity('kept_forms', { synchronize: false })
export class FormDraftEntity {
  /** SHA-256 of the browser's token, never the token itself. */
  @PrimaryColumn({
    name: 'token_hash',
    type: 'varchar',
    length: 43,
    primaryKeyConstraintName: 'pk_kept_forms',
  })
  tokenHash!: string;

  /** The sending session. Unique, so that one cookie cannot fill the table. */
  @Index('uq_kept_forms_session_id_hash', { unique: true })
  @Column({ name: 'session_id_hash', type: 'varchar', length: 43 })
  sessionIdHash!: string;

  // No relation to users: this module must not depend on users/.
  @Column({ name: 'user_id', type: 'integer' })
  userId!: number;

  @Column({ type: 'text' })
  sealed!: string;

  @Index('ix_kept_forms_expires_at')
  @InstantColumn({ name: 'expires_at' })
  expiresAt!: number;
}
