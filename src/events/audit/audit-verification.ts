import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, LessThanOrEqual, MoreThan } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../database/data-source-name';
import { AuditEntry } from './audit-entry.entity';
import { AuditHead } from './audit-head.entity';
import { hashOfEntry, HeadSeal } from './new-entry';
import { type Checkpoint, CheckpointFile } from './checkpoint-file';

/** Entries per read, so that memory does not grow with the table. */
const PAGE = 1_000;

export interface Verified {
  /** Number of entries. */
  entries: number;
  /** The chain's end, for the operator to note and pass to the next run. Null without an entry or a head. */
  end: Checkpoint | null;
}

/** Reads the chain from its anchor to its head and finds altered, missing and inserted entries. */
@Injectable()
export class AuditVerification {
  constructor(
    @InjectDataSource(LATCHKEY_DATA_SOURCE) private readonly source: DataSource,
    private readonly seal: HeadSeal,
    private readonly noted: CheckpointFile,
  ) {}

  /**
   * Reads a consistent snapshot, despite concurrent writes.
   * @param report receives each finding as a sentence, oldest entry first.
   * @param known an earlier end of the chain, which reveals a rollback to an older state.
   */
  async run(report: (finding: string) => void, known?: Checkpoint): Promise<Verified> {
    const noted = await this.noted.read(); // before the snapshot, which must contain it
    if (noted === null) report('The note of the end in DATA_DIR/audit-end is not as it was written.');
    const runner = this.source.createQueryRunner();
    try {
      // SQLite transactions always read a snapshot.
      await runner.startTransaction(this.source.options.type === 'postgres' ? 'REPEATABLE READ' : undefined);
      return await this.verify(runner.manager, report, known, noted ?? undefined);
    } finally {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      await runner.release();
    }
  }

  private async verify(
    manager: EntityManager,
    report: (finding: string) => void,
    known?: Checkpoint,
    noted?: Checkpoint,
  ): Promise<Verified> {
    const head = await manager.findOneBy(AuditHead, { id: 1 });
    if (!head) {
      report('The head of the chain is gone: nobody can tell which entries are missing.');
      return { entries: await manager.count(AuditEntry), end: null };
    }
    if (!this.seal.verify(head)) {
      report(
        'The seal of the head is broken: it was changed, or sealed by a secret that SESSION_SECRET does not hold.',
      );
    }
    const strays = await manager.find(AuditEntry, {
      where: { id: LessThanOrEqual(head.anchorId) },
      take: PAGE,
    });
    for (const { id } of strays)
      report(`Entry ${id} was inserted: the chain begins with ${head.anchorId + 1}.`);

    let entries = strays.length;
    let isKnown = known === undefined || (known.id === head.anchorId && known.hash === head.anchorHash);
    let isNotedLost = noted !== undefined && noted.id > head.lastId;
    let last: Checkpoint = { id: head.anchorId, hash: head.anchorHash };
    for await (const entry of entriesAfter(manager, head.anchorId)) {
      entries++;
      if (entry.id > head.lastId) {
        report(`Entry ${entry.id} was inserted: the chain ends with ${head.lastId}.`);
        continue;
      }
      for (const finding of findings(entry, last)) report(finding);
      if (entry.id === noted?.id && entry.hash !== noted.hash) isNotedLost = true;
      if (entry.id === known?.id && entry.hash === known.hash) isKnown = true;
      last = { id: entry.id, hash: entry.hash };
    }
    if (last.id < head.lastId) report(`${range(last.id + 1, head.lastId)} missing at the end.`);
    else if (last.hash !== head.lastHash) {
      report(`Entry ${last.id} is not the one that was written last: entries were changed and hashed anew.`);
    }
    if (!isKnown) report(`The chain does not hold the entry ${known?.id} that it is known to have had.`);
    if (isNotedLost) {
      report(
        `The chain does not hold entry ${noted?.id}, with which it ended by the note in DATA_DIR: it was emptied, or an older state was put in its place.`,
      );
    }
    return { entries, end: head.lastId > 0 ? { id: head.lastId, hash: head.lastHash } : null };
  }
}

/** Compares an entry with its predecessor. */
function* findings(entry: AuditEntry, previous: Checkpoint): Generator<string> {
  const { id } = entry;
  if (id > previous.id + 1) yield `${range(previous.id + 1, id - 1)} missing.`;
  else if (id <= previous.id) yield `Entry ${id} is there twice.`;
  if (entry.hash !== hashOfEntry(entry)) yield `Entry ${id} was changed.`;
  else if (id === previous.id + 1 && entry.previousHash !== previous.hash) {
    yield `Entry ${id} does not follow ${previous.id === 0 ? 'the beginning' : `entry ${previous.id}`}: one of them was replaced.`;
  }
}

const range = (from: number, to: number): string =>
  from === to ? `Entry ${from} is` : `Entries ${from} to ${to} are`;

async function* entriesAfter(manager: EntityManager, after: number): AsyncGenerator<AuditEntry> {
  for (let position = after; ;) {
    const page = await manager.find(AuditEntry, {
      where: { id: MoreThan(position) },
      order: { id: 'ASC' },
      take: PAGE,
    });
    yield* page;
    const end = page.at(-1);
    if (!end) return;
    position = end.id;
  }
}
