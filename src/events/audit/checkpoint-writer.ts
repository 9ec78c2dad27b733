import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../database/data-source-name';
import { RequestDeadline } from '../../database/request-deadline';
import { AuditEntry } from './audit-entry.entity';
import { AuditHead } from './audit-head.entity';
import { HeadSeal } from './new-entry';
import { type Checkpoint, CheckpointFile } from './checkpoint-file';

/** Batches fsync, as one per event would cost more than the event. */
const PAUSE_MS = 1_000;

/**
 * Writes the chain's end to a checkpoint file, at most once a second and only forwards. Processes that share
 * DATA_DIR share the file. The chain must contain every checkpoint.
 */
@Injectable()
export class CheckpointWriter {
  private readonly logger = new Logger('Audit');
  private latest: Checkpoint | undefined;
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private readonly logged = new Set<string>();

  constructor(
    @InjectDataSource(LATCHKEY_DATA_SOURCE) private readonly source: DataSource,
    private readonly seal: HeadSeal,
    private readonly noted: CheckpointFile,
  ) {}

  /** Schedules a checkpoint. Requests do not wait for the file. */
  see(end: Checkpoint): void {
    this.latest = end;
    this.timer ??= setTimeout(() => void this.flush(), PAUSE_MS).unref();
  }

  /** Resolves after the attempt to write the latest checkpoint. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.working;
    this.working = RequestDeadline.outside(() => this.note()).finally(() => (this.working = undefined));
    await this.working;
  }

  /** Replaces the checkpoint, for an operator who has restored a backup. */
  async accept(end: Checkpoint): Promise<void> {
    this.latest = undefined;
    await this.noted.write(end);
  }

  private async note(): Promise<void> {
    const { latest } = this;
    this.latest = undefined;
    if (!latest) return;
    try {
      const before = await this.noted.read();
      // Never overwrite a checkpoint that the chain contradicts: it is evidence of tampering.
      if (before === null) this.logOnce('unreadable', UNREADABLE);
      else if (before && !(await this.isHeld(before))) this.logOnce('rewound', REWOUND);
      else if (before === undefined || before.id < latest.id) await this.noted.write(latest);
    } catch (error) {
      this.logOnce('failed', `The end of the audit log could not be noted: ${String(error)}`);
    }
  }

  private async isHeld({ id, hash }: Checkpoint): Promise<boolean> {
    const { manager } = this.source;
    const entry = await manager.findOneBy(AuditEntry, { id });
    if (entry) return entry.hash === hash;
    const head = await manager.findOneBy(AuditHead, { id: 1 });
    return head !== null && this.seal.verify(head) && isPurged(head, { id, hash });
  }

  private logOnce(kind: string, text: string): void {
    if (this.logged.has(kind)) return;
    this.logged.add(kind);
    this.logger.error(text);
  }
}

/** Whether the retention purge has removed this entry from the chain. @param head with a valid seal. */
const isPurged = ({ anchorId, anchorHash }: AuditHead, { id, hash }: Checkpoint): boolean =>
  id < anchorId || (id === anchorId && hash === anchorHash);

const WHAT_TO_DO = 'See "latchkey audit verify" and docs/audit.md';
const REWOUND = `The audit log does not hold the end that is noted in DATA_DIR: an older state was put in its place. ${WHAT_TO_DO}`;
const UNREADABLE = `The note of the end of the audit log in DATA_DIR is not as it was written. ${WHAT_TO_DO}`;
