import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column';

/** A name, or its look, that its owner has given up and that other users cannot take yet. */
@Entity('freed_usernames', { synchronize: false })
export class FreedUsername {
  @PrimaryGeneratedColumn({ type: 'integer', primaryKeyConstraintName: 'pk_freed_usernames' })
  id!: number;

  /** The user may be deleted. IDs are never reused. */
  @Index('ix_freed_usernames_owner_id')
  @Column({ name: 'owner_id', type: 'integer' })
  ownerId!: number;

  /** A keyed hash: without SESSION_SECRET, an attacker cannot test which name a row contains. */
  @Index('ix_freed_usernames_name_hash')
  @Column({ name: 'name_hash', type: 'varchar', length: 43 })
  nameHash!: string;

  @Index('ix_freed_usernames_expires_at')
  @InstantColumn({ name: 'expires_at' })
  expiresAt!: number;
}
