import { Injectable, Logger } from '@nestjs/common';
import { type EntityManager, LessThanOrEqual } from 'typeorm';
import { Database } from '../../database/database';
import { SecurityEventBus } from '../bus/security-event-bus';
import { AuditEntry, type NewEntry } from './audit-entry.entity';
import { AuditHead } from './audit-head.entity';
import { CheckpointWriter } from './checkpoint-writer';
import { hashOfEntry, HeadSeal } from './new-entry';
import { CheckpointFile } from './checkpoint-file';

/** The only row. */
const HEAD = { id: 1 };

/** Writes the hash chain that all instances share. Every change locks the head row. */
@Injectable()
export class AuditChain {
  private readonly logger = new Logger(AuditChain.name);
  /** The last ID that this process has seen. A lower one reveals a rollback of the table. */
  private lastSeen = 0;
  /** The head as this process last wrote it. While it is still stored, it needs no reading and no verification. */
  private written: AuditHead | undefined;

  constructor(
    private readonly database: Database,
    private readonly seal: HeadSeal,
    private readonly events: SecurityEventBus,
    private readonly witness: CheckpointWriter,
    private readonly noted: CheckpointFile,
  ) {}

  /** Appends all entries in this order, or none. */
  async append(entries: NewEntry[]): Promise<void> {
    const head = await this.database.transaction(
      async (manager) =>
        (await this.appendToWritten(manager, entries)) ?? this.appendToStored(manager, entries),
    );
    this.written = head.seal === '' ? undefined : head;
    if (head.lastId - entries.length < this.lastSeen) this.logger.error(REWOUND);
    this.lastSeen = head.lastId;
    this.witness.see({ id: head.lastId, hash: head.lastHash });
  }

  /** @returns null if the head has changed since. */
  private async appendToWritten(manager: EntityManager, entries: NewEntry[]): Promise<AuditHead | null> {
    if (!this.written) return null;
    const { head, chained } = chain(this.written, entries);
    head.seal = this.seal.of(head);
    const { affected } = await manager.update(AuditHead, Object.assign({}, this.written), head);
    if (affected !== 1) return null;
    await manager.insert(AuditEntry, chained);
    return head;
  }

  private appendToStored(manager: EntityManager, entries: NewEntry[]): Promise<AuditHead> {
    return this.changeWithin(manager, async (stored) => {
      const { head, chained } = chain(stored, entries);
      Object.assign(stored, head);
      await manager.insert(AuditEntry, chained);
    });
  }

  /**
   * Deletes up to `limit` of the oldest entries if older than `before`. The last one's hash becomes the
   * anchor of the rest. It stops at an altered entry: otherwise an attacker could forge a time to have
   * evidence deleted and the deletion sealed.
   * @returns how many it deleted.
   */
  async purge(before: number, limit: number): Promise<number> {
    let purged = 0;
    const purgeFrom = async (manager: EntityManager, head: AuditHead) => {
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
    };
    await this.database.transaction((manager) =>
      this.changeWithin(manager, (head) => purgeFrom(manager, head)),
    );
    return purged;
  }

  /** Seals the current head again, for an operator who has investigated its broken seal. */
  async reseal(): Promise<void> {
    const lastId = await this.database.transaction(async (manager) => {
      const head = await locked(manager);
      await manager.update(AuditHead, HEAD, { seal: this.seal.of(head) });
      return head.lastId;
    });
    this.events.publish('audit.sealedAnew', { lastId });
  }

  /**
   * Accepts the current chain and replaces the checkpoint, for an operator who has restored a backup.
   * Recreates a missing head from the entries.
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

  /** Locks the head, verifies it and seals it again. */
  private async changeWithin(
    manager: EntityManager,
    work: (head: AuditHead) => Promise<void>,
  ): Promise<AuditHead> {
    const head = await locked(manager);
    // Never seal a tampered head, as that would legitimize it. Still record events, but unsealed.
    const isWhole = this.seal.verify(head);
    if (!isWhole) this.logger.error(`The head of the audit log is not as it was written. ${WHAT_TO_DO}`);
    await work(head);
    head.seal = isWhole ? this.seal.of(head) : '';
    const { id: _, ...ends } = head;
    await manager.update(AuditHead, HEAD, ends);
    return head;
  }
}

const WHAT_TO_DO = 'See "latchkey audit verify" and docs/audit.md';
const REWOUND = `The audit log ends earlier than it did: an older state was put in its place. ${WHAT_TO_DO}`;

/** Places entries behind a head. @returns them, and the head behind them with its old seal. */
function chain(before: AuditHead, entries: NewEntry[]): { head: AuditHead; chained: AuditEntry[] } {
  const head = Object.assign(new AuditHead(), before);
  const chained = entries.map((entry) => {
    const placed = { ...entry, id: ++head.lastId, previousHash: head.lastHash };
    head.lastHash = hashOfEntry(placed);
    return { ...placed, hash: head.lastHash };
  });
  return { head, chained };
}

/** Whether an entry is the chain's next and unaltered. */
function follows(entry: AuditEntry, id: number, hash: string): boolean {
  return entry.id === id + 1 && entry.previousHash === hash && entry.hash === hashOfEntry(entry);
}

/** A no-op update locks the row until the transaction ends, on both databases. */
async function locked(manager: EntityManager): Promise<AuditHead> {
  const { affected } = await manager.update(AuditHead, HEAD, HEAD);
  if (affected !== 1) throw new Error(`The head of the audit log is gone. ${WHAT_TO_DO}`);
  return manager.findOneByOrFail(AuditHead, HEAD);
}
