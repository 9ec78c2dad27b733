import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { RequestDeadline } from '../../database/request-deadline';
import { AuditEntry } from './audit-entry.entity';
import { AuditHead } from './audit-head.entity';
import { HeadSeal } from './head-seal';
import type { Checkpoint } from './checkpoint';
import { CheckpointFile } from './checkpoint-file';

/** An fsync per event would cost more than the event. */
const PAUSE_MS = 1_000;

/**
 * Notes how far the chain has come, at most once a second and only forwards. Workers that share DATA_DIR share the note;
 * an instance of its own has its own. Either way it is the least that the chain must hold.
 */
@Injectable()
export class AuditWitness {
  private readonly logger = new Logger('Audit');
  private latest: Checkpoint | undefined;
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private readonly told = new Set<string>();

  constructor(
    @InjectDataSource() private readonly source: DataSource,
    private readonly seal: HeadSeal,
    private readonly noted: CheckpointFile,
  ) {}

  /** The chain ends here now. Nobody waits for the file. */
  see(end: Checkpoint): void {
    this.latest = end;
    this.timer ??= setTimeout(() => void this.flush(), PAUSE_MS).unref();
  }

  /** Resolves when what was seen so far is noted, if it can be. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.working;
    this.working = RequestDeadline.outside(() => this.note()).finally(() => (this.working = undefined));
    await this.working;
  }

  /** Forgets what was noted before: for an operator who knows why the chain is another one. */
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
      // What is noted is not written over by what contradicts it.
      if (before === null) this.tell('unreadable', UNREADABLE);
      else if (before && !(await this.isHeld(before))) this.tell('rewound', REWOUND);
      else if (before === undefined || before.id < latest.id) await this.noted.write(latest);
    } catch (error) {
      this.tell('failed', `The end of the audit log could not be noted: ${String(error)}`);
    }
  }

  private async isHeld({ id, hash }: Checkpoint): Promise<boolean> {
    const { manager } = this.source;
    const entry = await manager.findOneBy(AuditEntry, { id });
    if (entry) return entry.hash === hash;
    const head = await manager.findOneBy(AuditHead, { id: 1 });
    return head !== null && this.seal.verify(head) && isPurged(head, { id, hash });
  }

  /** Each kind once. */
  private tell(kind: string, text: string): void {
    if (this.told.has(kind)) return;
    this.told.add(kind);
    this.logger.error(text);
  }
}

/** Whether the chain has held this end and begins behind it by now. @param head whose seal is whole. */
const isPurged = ({ anchorId, anchorHash }: AuditHead, { id, hash }: Checkpoint): boolean =>
  id < anchorId || (id === anchorId && hash === anchorHash);

const WHAT_TO_DO = 'See "latchkey audit verify" and docs/audit.md';
const REWOUND = `The audit log does not hold the end that is noted in DATA_DIR: an older state was put in its place. ${WHAT_TO_DO}`;
const UNREADABLE = `The note of the end of the audit log in DATA_DIR is not as it was written. ${WHAT_TO_DO}`;
