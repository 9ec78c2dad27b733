import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { Role } from '../access/roles';
import { InstantColumn } from '../database/instant-column';

/** Names without commas, see the option `roles`. */
const AS_LIST = {
  to: (roles?: Role[]) => roles?.join(),
  from: (text: string) => text.split(',') as Role[],
};

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

  /** `user`, unless the command line or the application has given others. One or more, separated by commas. */
  @Column({ name: 'role', type: 'varchar', length: 255, default: 'user', transformer: AS_LIST })
  roles!: Role[];

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

/** A copy of the same class, which may be the application's. */
export const withChanges = <U extends object>(user: U, changes: Partial<U>): U =>
  Object.assign(Object.create(Object.getPrototypeOf(user) as object) as U, user, changes);
