import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from './user.entity';

/** How a user's name looks, to find lookalikes: see `lookOf`. */
@Entity('username_skeletons', { synchronize: false })
export class UsernameSkeleton {
  @PrimaryColumn({ name: 'user_id', type: 'integer', primaryKeyConstraintName: 'pk_username_skeletons' })
  userId!: number;

  @Index('ix_username_skeletons_skeleton')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_username_skeletons' })
  skeleton!: string;

  @Column({ name: 'leaves_ascii', type: 'boolean' })
  leavesAscii!: boolean;

  @ManyToOne(() => User, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_username_skeletons_user' })
  user!: User;
}
