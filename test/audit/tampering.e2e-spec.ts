import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hashOfEntry } from '../../src/events/audit/new-entry';
import { AuditEntry } from '../../src/events/audit/audit-entry.entity';
import { SecurityEventBus } from '../../src/events/bus/security-event-bus';
import { TestApp } from '../support/app';
import { entries, happen, verify } from '../support/audit';

/** What an attacker with write access to the database, but without the secret, can do to the audit log. */
describe('Tampering with the audit log', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
    await happen(app, 7);
  });
  afterEach(() => app.close());

  const sql = (statement: string) => app.dataSource.query<unknown>(statement);
  const findings = async () => (await verify(app)).findings;
  const BROKEN_SEAL =
    'The seal of the head is broken: it was changed, or sealed by a secret that SESSION_SECRET does not hold.';

  const NOT_AS_NOTED = expect.stringMatching(/^The chain does not hold entry \d, .*DATA_DIR/) as string;

  it('is not reported if there is none', async () => {
    expect(await findings()).toEqual([]);
  });

  it.each([
    ['name', "'user.disabled'"],
    ['at', 'at + 1'],
    ['user_id', '8'],
    ['user_id', 'NULL'],
    ['actor_id', '1'],
    ['session_id_hash', `'${'a'.repeat(43)}'`],
    ['request_id', "'0b6c0b2e-2a6f-4c5e-9d64-9b1f5f1d7c11'"],
    ['ip', "'203.0.113.7'"],
    ['user_agent', "'Another/1.0'"],
    ['details', "'{}'"],
    ['details', "details || ' '"],
    ['previous_hash', `'${'b'.repeat(43)}'`],
    ['hash', `'${'c'.repeat(43)}'`],
  ])('is found in the column %s, set to %s', async (column, value) => {
    await sql(`UPDATE security_events SET ${column} = ${value} WHERE id = 4`);
    expect((await findings())[0]).toBe('Entry 4 was changed.');
  });

  it.each([
    ['first', 'id = 1', ['Entry 1 is missing.']],
    ['one in the middle', 'id = 4', ['Entry 4 is missing.']],
    ['several in the middle', 'id IN (3, 4, 6)', ['Entries 3 to 4 are missing.', 'Entry 6 is missing.']],
    ['last', 'id = 7', ['Entry 7 is missing at the end.']],
    ['last three', 'id > 4', ['Entries 5 to 7 are missing at the end.']],
    ['all', '1 = 1', ['Entries 1 to 7 are missing at the end.']],
  ])('is found when entries are removed: %s', async (_, condition, expected) => {
    await sql(`DELETE FROM security_events WHERE ${condition}`);
    expect(await findings()).toEqual(expected);
  });

  it('is found when an entry is inserted behind the last one, with a hash that fits', async () => {
    const last = await app.dataSource.manager.findOneByOrFail(AuditEntry, { id: 7 });
    const forged = Object.assign(last, { id: 8, name: 'user.deleted', previousHash: last.hash });
    forged.hash = hashOfEntry(forged);
    await app.dataSource.manager.insert(AuditEntry, forged);
    expect(await findings()).toEqual(['Entry 8 was inserted: the chain ends with 7.']);
  });

  it('is found when an entry is inserted between two others, which make room for it', async () => {
    for (const id of [7, 6, 5]) await sql(`UPDATE security_events SET id = ${id + 1} WHERE id = ${id}`);
    const before = await app.dataSource.manager.findOneByOrFail(AuditEntry, { id: 4 });
    const forged = Object.assign(before, { id: 5, name: 'user.deleted', previousHash: before.hash });
    forged.hash = hashOfEntry(forged);
    await app.dataSource.manager.insert(AuditEntry, forged);
    expect(await findings()).toEqual([
      'Entry 6 was changed.',
      'Entry 7 was changed.',
      'Entry 8 was inserted: the chain ends with 7.',
      expect.stringMatching(/^Entry 7 is not the one that was written last/),
      NOT_AS_NOTED,
    ]);
  });

  it('is found when two entries change places', async () => {
    for (const [from, to] of [
      [3, 99],
      [4, 3],
      [99, 4],
    ])
      await sql(`UPDATE security_events SET id = ${to} WHERE id = ${from}`);
    expect((await findings()).slice(0, 2)).toEqual(['Entry 3 was changed.', 'Entry 4 was changed.']);
  });

  it('is found when an entry is changed together with its hash', async () => {
    await rewrite(4, 4);
    expect(await findings()).toEqual(['Entry 5 does not follow entry 4: one of them was replaced.']);
  });

  it('is found when all entries from one on are changed together with their hashes', async () => {
    await rewrite(4, 7);
    expect(await findings()).toEqual([
      expect.stringMatching(/^Entry 7 is not the one that was written last: entries were changed/),
      NOT_AS_NOTED,
    ]);
  });

  it('is found when the head is made to fit as well', async () => {
    const lastHash = await rewrite(4, 7);
    await sql(`UPDATE audit_head SET last_hash = '${lastHash}'`);
    expect(await findings()).toEqual([BROKEN_SEAL, NOT_AS_NOTED]);
    // And we do not seal it for them.
    await happen(app, 2);
    expect(await findings()).toEqual([BROKEN_SEAL, NOT_AS_NOTED]);
  });

  it('is found when the tail is removed and the head is made to fit', async () => {
    const { hash } = await app.dataSource.manager.findOneByOrFail(AuditEntry, { id: 5 });
    await sql('DELETE FROM security_events WHERE id > 5');
    await sql(`UPDATE audit_head SET last_id = 5, last_hash = '${hash}'`);
    await happen(app, 1);
    expect(await findings()).toEqual([BROKEN_SEAL, NOT_AS_NOTED]);
  });

  it('is found when the head is removed; nothing makes a new one', async () => {
    await sql('DELETE FROM audit_head');
    app.app.get(SecurityEventBus, { strict: false }).publish('user.enabled', { userId: 1 });
    await delay(1_500); // it waits for a head, and retries
    expect(await findings()).toEqual([
      'The head of the chain is gone: nobody can tell which entries are missing.',
    ]);
  });

  it('by restoring an older state is found by the checkpoint in DATA_DIR, and by any later checkpoint', async () => {
    const { end: older } = await verify(app);
    const rows = await entries(app);
    const [head] = await app.dataSource.query<Record<string, string | number>[]>('SELECT * FROM audit_head');
    await happen(app, 2);
    const { end: later } = await verify(app);
    await sql(`DELETE FROM security_events WHERE id > ${rows.length}`);
    await sql(
      `UPDATE audit_head SET last_id = ${head.last_id}, last_hash = '${head.last_hash}', seal = '${head.seal}'`,
    );

    expect(await findings()).toEqual([NOT_AS_NOTED]);
    await rm(join(app.environment.DATA_DIR!, 'audit-end'));
    expect(await findings()).toEqual([]); // not detectable from the database alone
    expect((await verify(app, older!)).findings).toEqual([]);
    expect((await verify(app, later!)).findings).toEqual([
      'The chain does not hold the entry 9 that it is known to have had.',
    ]);
  });

  /** Changes entries and hashes them anew, so that each follows the one before. @returns the last hash */
  async function rewrite(from: number, to: number): Promise<string> {
    const { manager } = app.dataSource;
    let { hash } = await manager.findOneByOrFail(AuditEntry, { id: from - 1 });
    for (let id = from; id <= to; id++) {
      const entry = await manager.findOneByOrFail(AuditEntry, { id });
      Object.assign(entry, { userId: 99, previousHash: hash });
      hash = entry.hash = hashOfEntry(entry);
      await manager.save(entry);
    }
    return hash;
  }
});
