import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { Role } from '../access/principal';
import { InstantColumn } from '../database/instant-column';

/** An account. Its ID is never given to another one, even after it is deleted. */
@Entity('users')
export class User {
  @PrimaryGeneratedColumn({ type: 'integer', primaryKeyConstraintName: 'pk_users' })
  id!: number;

  /** As typed; `usernameCanonical` is what must be unique. */
  @Column({ type: 'varchar', length: 255 })
  username!: string;

  @Index('uq_users_username_canonical', { unique: true })
  @Column({ name: 'username_canonical', type: 'varchar', length: 255 })
  usernameCanonical!: string;

  /** As typed: the one that is in force, or, as long as none was confirmed, the one given at sign-up. */
  @Column({ type: 'varchar', length: 254, nullable: true })
  email!: string | null;

  /** Its canonical form once it is confirmed: of all who claim an address, the first to confirm has it. */
  @Index('uq_users_email_canonical', { unique: true })
  @Column({ name: 'email_canonical', type: 'varchar', length: 254, nullable: true })
  emailCanonical!: string | null;

  /** As typed: the one that waits to be confirmed and is in force then; at sign-up the same as `email`. */
  @Column({ name: 'pending_email', type: 'varchar', length: 254, nullable: true })
  pendingEmail!: string | null;

  @Index('ix_users_pending_email_canonical')
  @Column({ name: 'pending_email_canonical', type: 'varchar', length: 254, nullable: true })
  pendingEmailCanonical!: string | null;

  /** When `email` was confirmed; null while nobody has. */
  @InstantColumn({ name: 'email_verified_at', nullable: true })
  emailVerifiedAt!: number | null;

  @Column({ name: 'password_hash', type: 'varchar', length: 255 })
  passwordHash!: string;

  /** What else they may do than others; `user` unless the command line has made them an admin. */
  @Column({ type: 'varchar', length: 16, default: 'user' })
  role!: Role;

  /** Raised by a change of password or role and by disabling: what was started under a lower one is over. */
  @Column({ name: 'security_version', type: 'integer', default: 1 })
  securityVersion!: number;

  /** Since when nobody may log in as this user. */
  @InstantColumn({ name: 'disabled_at', nullable: true })
  disabledAt!: number | null;

  @InstantColumn({ name: 'created_at' })
  createdAt!: number;

  @InstantColumn({ name: 'updated_at' })
  updatedAt!: number;
}
