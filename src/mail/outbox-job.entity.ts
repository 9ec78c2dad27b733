import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column';

/** A pending mail without its text: see `MailComposer`. */
@Entity('outbox', { synchronize: false })
export class OutboxJob {
  @PrimaryGeneratedColumn({ type: 'integer', primaryKeyConstraintName: 'pk_outbox' })
  id!: number;

  @Column({ type: 'varchar', length: 64 })
  kind!: string;

  /** The composer's input, without secrets. */
  @Column({ type: 'simple-json' })
  params!: object;

  /** Also identifies the lease: each attempt has another number. */
  @Column({ type: 'integer' })
  attempts!: number;

  /** During an attempt: when its lease ends. */
  @Index('ix_outbox_next_attempt_at')
  @InstantColumn({ name: 'next_attempt_at' })
  nextAttemptAt!: number;

  @InstantColumn({ name: 'created_at' })
  createdAt!: number;
}
