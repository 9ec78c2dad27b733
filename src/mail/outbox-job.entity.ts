import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column';

/** A mail that is still to be sent, and no text of it: see `MailComposer`. */
@Entity('outbox')
export class OutboxJob {
  @PrimaryGeneratedColumn({ type: 'integer', primaryKeyConstraintName: 'pk_outbox' })
  id!: number;

  @Column({ type: 'varchar', length: 64 })
  kind!: string;

  /** What its composer needs, and nothing secret. */
  @Column({ type: 'simple-json' })
  params!: object;

  /** Also tells who holds the job: each attempt has another number. */
  @Column({ type: 'integer' })
  attempts!: number;

  /** While an attempt is under way, when it counts as dead. */
  @Index('ix_outbox_next_attempt_at')
  @InstantColumn({ name: 'next_attempt_at' })
  nextAttemptAt!: number;

  @InstantColumn({ name: 'created_at' })
  createdAt!: number;
}
