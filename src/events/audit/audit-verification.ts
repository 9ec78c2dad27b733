import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, LessThanOrEqual, MoreThan } from 'typeorm';
import { AuditEntry } from './audit-entry.entity';
import { AuditHead } from './audit-head.entity';
import { hashOfEntry } from './entry-hash';
import { HeadSeal } from './head-seal';
import type { Checkpoint } from './checkpoint';
import { CheckpointFile } from './checkpoint-file';

/** Read at once: the memory that is used does not grow with the table. */
const PAGE = 1_000;

export interface Verified {
  /** How many entries there are. */
  entries: number;
  /** Where the chain ends, to be noted elsewhere and given the next time; null without an entry or a head. */
  end: Checkpoint | null;
}

/** Reads the chain from its anchor to its head, and finds every entry that is not as it was written. */
@Injectable()
export class AuditVerification {
  constructor(
    @InjectDataSource() private readonly source: DataSource,
    private readonly seal: HeadSeal,
    private readonly noted: CheckpointFile,
  ) {}

  /**
   * Sees one moment of the chain, whatever is written meanwhile.
   * @param report is told each finding as a sentence, the oldest entry first.
   * @param known an end that the chain had before: an older state of the tables cannot hold a newer one.
   */
  async run(report: (finding: string) => void, known?: Checkpoint): Promise<Verified> {
    const noted = await this.noted.read(); // before the moment that is seen, which must hold it
    if (noted === null) report('The note of the end in DATA_DIR/audit-end is not as it was written.');
    const runner = this.source.createQueryRunner();
    try {
      // SQLite's are snapshots in any case.
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

/** What is wrong with an entry, knowing the one before. */
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
