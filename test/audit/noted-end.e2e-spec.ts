import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { AuditChain } from '../../src/events/audit/audit-chain';
import { AuditEntry } from '../../src/events/audit/audit-entry.entity';
import { AuditHead } from '../../src/events/audit/audit-head.entity';
import { TestApp } from '../support/app';
import { entries, happen, verify } from '../support/audit';

const LOST = expect.stringMatching(/^The chain does not hold entry 7, .*DATA_DIR/) as string;

describe('The checkpoint of the audit log outside the database', () => {
  let app: TestApp;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-noted-'));
    app = await TestApp.start({ DATA_DIR: folder, SESSION_SECRET: 'the first secret' });
    await happen(app, 7);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  const file = () => join(folder, 'audit-end');
  const findings = async (instance = app) => (await verify(instance)).findings;
  const accept = (instance = app) => instance.app.get(AuditChain, { strict: false }).accept();

  /** The tables as created. */
  async function empty(): Promise<void> {
    await app.write('DELETE FROM security_events');
    await app.write(
      "UPDATE audit_head SET anchor_id = 0, anchor_hash = '', last_id = 0, last_hash = '', seal = ''",
    );
  }

  /** @returns a function that restores both tables to their present state. */
  async function backUp(): Promise<() => Promise<void>> {
    const { manager } = app.dataSource;
    const [rows, head] = [
      await manager.find(AuditEntry),
      await manager.findOneByOrFail(AuditHead, { id: 1 }),
    ];
    return async () => {
      await manager.createQueryBuilder().delete().from(AuditEntry).execute();
      await manager.insert(AuditEntry, rows);
      const { id: _, ...ends } = head;
      await manager.update(AuditHead, { id: 1 }, ends);
    };
  }

  it('is a file that only its owner can read, and follows the chain', async () => {
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    const [last] = (await entries(app)).slice(-1);
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ id: 7, hash: last.hash });
    await happen(app, 2);
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ id: 9 });
    expect(await findings()).toEqual([]);
    expect((await readdir(folder)).filter((name) => /audit-end./.test(name))).toEqual([]);
  });

  it('detects that both tables were emptied, also after a restart and a new chain', async () => {
    await empty();
    expect(await findings()).toEqual([LOST]);
    const errors = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    app = await app.restart();
    expect(await findings()).toEqual([LOST]);
    await happen(app, 3);
    expect(await findings()).toEqual([LOST]);
    await happen(app, 10);
    expect(await findings()).toEqual([LOST]);
    expect(errors.mock.calls.map(([text]) => String(text))).toContainEqual(
      expect.stringMatching(/older state .*latchkey audit verify/),
    );
  });

  it('detects that both were replaced by an older state, however long the chain is since', async () => {
    await empty();
    await accept();
    await happen(app, 3);
    const restore = await backUp();
    await happen(app, 3); // accepting was an event as well: these make it 7
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ id: 7 });
    await restore();
    expect(await findings()).toEqual([LOST]);
    await happen(app, 20);
    expect(await findings()).toEqual([LOST]);
  });

  it('is accepted again after the restore of a backup, which is an event', async () => {
    await empty();
    await happen(app, 2);
    await accept();
    expect((await entries(app)).at(-1)).toMatchObject({
      name: 'audit.stateAccepted',
      details: '{"lastId":2,"notedId":7}',
    });
    expect(await findings()).toEqual([]);
    await happen(app, 9);
    expect(await findings()).toEqual([]);
  });

  it('allows a missing head to be rebuilt from the entries', async () => {
    await app.write('DELETE FROM audit_head');
    await accept();
    expect(await findings()).toEqual([]);
    await happen(app, 1);
    expect((await entries(app)).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await findings()).toEqual([]);
  });

  it('is a lower bound for every instance with a checkpoint', async () => {
    const own = await mkdtemp(join(tmpdir(), 'latchkey-noted-'));
    const other = await app.another({ DATA_DIR: own });
    await happen(other, 2);
    expect(await findings(other)).toEqual([]);
    await happen(app, 5); // the other one has seen none of them
    expect([await findings(app), await findings(other)]).toEqual([[], []]);
    await other.close();
    await rm(own, { recursive: true, force: true });
  });

  it('is rejected, and not overwritten, after tampering', async () => {
    const changed = (await readFile(file(), 'utf8')).replace('"id":7', '"id":1');
    for (const text of [changed, '', 'null', '[]', '{']) {
      await writeFile(file(), text);
      await happen(app, 1);
      expect(await findings()).toEqual([expect.stringMatching(/audit-end is not as it was written/)]);
      expect(await readFile(file(), 'utf8')).toBe(text);
    }
    await accept();
    expect(await findings()).toEqual([]);
  });

  it('is signed with the secret, and stays valid when a new one is put in front', async () => {
    const rotated = await app.another({ SESSION_SECRET: 'the second secret,the first secret' });
    await happen(rotated, 1);
    expect(await findings(rotated)).toEqual([]);
    const other = await app.another({ SESSION_SECRET: 'the second secret' });
    expect(await findings(other)).toEqual([]);
  });

  it('blocks no action if it cannot be written', async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, 'not a folder');
    await happen(app, 2);
    expect(await entries(app)).toHaveLength(9);
    expect(await findings()).toEqual([]);
    await rm(folder);
  });

  it('stays valid when the oldest entries are purged', async () => {
    const brief = await app.another({ AUDIT_RETENTION: '1d' });
    brief.clock.advance(2 * 86_400_000);
    await happen(brief, 1);
    await brief.app.get(AuditChain, { strict: false }).purge(brief.clock.now() + 1_000, 500);
    expect(await entries(app)).toEqual([]);
    expect([await findings(app), await findings(brief)]).toEqual([[], []]);
  });
});
