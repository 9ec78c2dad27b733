import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { InstantColumn, User } from '../../index';

@Entity('messages')
export class Message {
  @PrimaryGeneratedColumn({ type: 'integer', primaryKeyConstraintName: 'pk_messages' })
  id!: number;

  @Index('ix_messages_user_id')
  @Column({ name: 'user_id', type: 'integer' })
  userId!: number;

  /** Deleting a user deletes their messages. */
  @ManyToOne(() => User, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_messages_user' })
  author!: User;

  @Column({ type: 'text' })
  content!: string;

  @InstantColumn({ name: 'created_at' })
  createdAt!: number;

  @InstantColumn({ name: 'updated_at' })
  updatedAt!: number;
}
