import { Injectable, Logger } from '@nestjs/common';
import { type EntityManager, LessThanOrEqual } from 'typeorm';
import { Database } from '../../database/database';
import { SecurityEventBus } from '../bus/security-event-bus';
import { AuditEntry, type NewEntry } from './audit-entry.entity';
import { AuditHead } from './audit-head.entity';
import { AuditWitness } from './audit-witness';
import { hashOfEntry } from './entry-hash';
import { HeadSeal } from './head-seal';
import { CheckpointFile } from './checkpoint-file';

/** The row of which there is one. */
const HEAD = { id: 1 };

/** Writes the chain of all instances: whoever changes it holds the lock of its head. */
@Injectable()
export class AuditChain {
  private readonly logger = new Logger(AuditChain.name);
  /** The end as this process knows it. It never moves back, unless somebody put an older state of the table in place. */
  private lastSeen = 0;

  constructor(
    private readonly database: Database,
    private readonly seal: HeadSeal,
    private readonly events: SecurityEventBus,
    private readonly witness: AuditWitness,
    private readonly noted: CheckpointFile,
  ) {}

  /** Appends in this order, all or none. */
  async append(entries: NewEntry[]): Promise<void> {
    const head = await this.change(async (manager, head) => {
      const chained = entries.map((entry) => {
        const placed = { ...entry, id: ++head.lastId, previousHash: head.lastHash };
        head.lastHash = hashOfEntry(placed);
        return { ...placed, hash: head.lastHash };
      });
      await manager.insert(AuditEntry, chained);
    });
    if (head.lastId - entries.length < this.lastSeen) this.logger.error(REWOUND);
    this.lastSeen = head.lastId;
    this.witness.see({ id: head.lastId, hash: head.lastHash });
  }

  /**
   * Deletes the oldest entries, as long as they are older than `before`. The last one's hash stays as the anchor of what
   * is left. One that is not as it was written is kept, and all behind it: with a forged time anybody could have us
   * delete, and seal, what they want to be gone.
   * @returns how many, at most `limit`.
   */
  async purge(before: number, limit: number): Promise<number> {
    let purged = 0;
    await this.change(async (manager, head) => {
      const oldest = await manager.find(AuditEntry, { order: { id: 'ASC' }, take: limit });
      for (const entry of oldest) {
        if (entry.at >= before) break;
        if (!follows(entry, head.anchorId, head.anchorHash)) {
          this.logger.error(`Entry ${entry.id} is not as it was written. ${WHAT_TO_DO}`);
          break;
        }
        head.anchorId = entry.id;
        head.anchorHash = entry.hash;
        purged++;
      }
      if (purged > 0) await manager.delete(AuditEntry, { id: LessThanOrEqual(head.anchorId) });
    });
    return purged;
  }

  /** Seals a head whose seal is broken, as it stands: for whoever has found out why it is. */
  async reseal(): Promise<void> {
    const lastId = await this.database.transaction(async (manager) => {
      const head = await locked(manager);
      await manager.update(AuditHead, HEAD, { seal: this.seal.of(head) });
      return head.lastId;
    });
    this.events.publish('audit.sealedAnew', { lastId });
  }

  /**
   * Takes the chain as it is for the true one, whatever was noted of it outside: after a backup was put back. A head that is
   * gone is made anew from the entries.
   */
  async accept(): Promise<void> {
    const noted = await this.noted.read();
    const { lastId, lastHash } = await this.database.transaction(async (manager) => {
      if (!(await manager.existsBy(AuditHead, HEAD)))
        await manager.insert(AuditHead, await this.newHead(manager));
      return locked(manager);
    });
    await this.witness.accept({ id: lastId, hash: lastHash });
    this.lastSeen = lastId;
    this.events.publish('audit.stateAccepted', { lastId, notedId: noted?.id ?? null });
  }

  private async newHead(manager: EntityManager): Promise<AuditHead> {
    const [[first], [last]] = await Promise.all(
      (['ASC', 'DESC'] as const).map((id) => manager.find(AuditEntry, { order: { id }, take: 1 })),
    );
    const [anchorId, anchorHash] = first ? [first.id - 1, first.previousHash] : [0, ''];
    const head = {
      ...HEAD,
      anchorId,
      anchorHash,
      lastId: last?.id ?? 0,
      lastHash: last?.hash ?? '',
      seal: '',
    };
    return { ...head, seal: this.seal.of(head) };
  }

  private change(work: (manager: EntityManager, head: AuditHead) => Promise<void>): Promise<AuditHead> {
    return this.database.transaction(async (manager) => {
      const head = await locked(manager);
      // Sealing what somebody else has written would make it ours: what happens is still recorded, unsealed.
      const isWhole = this.seal.verify(head);
      if (!isWhole) this.logger.error(`The head of the audit log is not as it was written. ${WHAT_TO_DO}`);
      await work(manager, head);
      const { id: _, ...ends } = head;
      await manager.update(AuditHead, HEAD, { ...ends, seal: isWhole ? this.seal.of(head) : '' });
      return head;
    });
  }
}

const WHAT_TO_DO = 'See "latchkey audit verify" and docs/audit.md';
const REWOUND = `The audit log ends earlier than it did: an older state was put in its place. ${WHAT_TO_DO}`;

/** Whether an entry is the next one of the chain, and as it was written. */
function follows(entry: AuditEntry, id: number, hash: string): boolean {
  return entry.id === id + 1 && entry.previousHash === hash && entry.hash === hashOfEntry(entry);
}

/** Waits its turn: writing the row, even as it is, locks it until the transaction ends, on both databases. */
async function locked(manager: EntityManager): Promise<AuditHead> {
  const { affected } = await manager.update(AuditHead, HEAD, HEAD);
  if (affected !== 1) throw new Error(`The head of the audit log is gone. ${WHAT_TO_DO}`);
  return manager.findOneByOrFail(AuditHead, HEAD);
}
