import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column';

/** A name, or the look of one, that its owner has given up and that others cannot have yet. */
@Entity('freed_usernames')
export class FreedUsername {
  @PrimaryGeneratedColumn({ type: 'integer', primaryKeyConstraintName: 'pk_freed_usernames' })
  id!: number;

  /** The user may be deleted. IDs are never given again, so nobody else is ever meant. */
  @Index('ix_freed_usernames_owner_id')
  @Column({ name: 'owner_id', type: 'integer' })
  ownerId!: number;

  /** Keyed: without SESSION_SECRET nobody can try out which name stands behind a row. */
  @Index('ix_freed_usernames_name_hash')
  @Column({ name: 'name_hash', type: 'varchar', length: 43 })
  nameHash!: string;

  @Index('ix_freed_usernames_expires_at')
  @InstantColumn({ name: 'expires_at' })
  expiresAt!: number;
}
