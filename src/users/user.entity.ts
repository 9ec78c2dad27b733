import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { Role } from '../access/principal';
import { InstantColumn } from '../database/instant-column';

/** An account. Its ID is never reused, even after it is deleted. */
@Entity('users', { synchronize: false })
export class User {
  @PrimaryGeneratedColumn({ type: 'integer', primaryKeyConstraintName: 'pk_users' })
  id!: number;

  /** As typed; `usernameCanonical` must be unique. */
  @Column({ type: 'varchar', length: 255 })
  username!: string;

  @Index('uq_users_username_canonical', { unique: true })
  @Column({ name: 'username_canonical', type: 'varchar', length: 255 })
  usernameCanonical!: string;

  /** As typed: the confirmed address, or the one from sign-up if none was ever confirmed. */
  @Column({ type: 'varchar', length: 254, nullable: true })
  email!: string | null;

  /**
   * The canonical form of the confirmed address. If several users claim an address, the first to confirm gets
   * it.
   */
  @Index('uq_users_email_canonical', { unique: true })
  @Column({ name: 'email_canonical', type: 'varchar', length: 254, nullable: true })
  emailCanonical!: string | null;

  /** As typed: the address to be confirmed; at sign-up the same as `email`. */
  @Column({ name: 'pending_email', type: 'varchar', length: 254, nullable: true })
  pendingEmail!: string | null;

  @Index('ix_users_pending_email_canonical')
  @Column({ name: 'pending_email_canonical', type: 'varchar', length: 254, nullable: true })
  pendingEmailCanonical!: string | null;

  /** When `email` was confirmed, or null. */
  @InstantColumn({ name: 'email_verified_at', nullable: true })
  emailVerifiedAt!: number | null;

  @Column({ name: 'password_hash', type: 'varchar', length: 255 })
  passwordHash!: string;

  /** `user`, unless the command line has made them an admin. */
  @Column({ type: 'varchar', length: 16, default: 'user' })
  role!: Role;

  /**
   * Incremented by a change of password or role and by disabling. Sessions with a lower version are no longer
   * valid.
   */
  @Column({ name: 'security_version', type: 'integer', default: 1 })
  securityVersion!: number;

  /** Since when this user cannot log in, or null. */
  @InstantColumn({ name: 'disabled_at', nullable: true })
  disabledAt!: number | null;

  @InstantColumn({ name: 'created_at' })
  createdAt!: number;

  @InstantColumn({ name: 'updated_at' })
  updatedAt!: number;
}
