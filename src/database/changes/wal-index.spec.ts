import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { WalIndex } from './wal-index';

describe('The WAL index', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-wal-'));
  const database = join(folder, 'test.db');
  const open = (name = 'test.db') =>
    new DataSource({ type: 'sqlite', database: join(folder, name), enableWAL: true }).initialize();
  let one: DataSource;
  let other: DataSource;

  beforeAll(async () => {
    one = await open();
    other = await open();
    await one.query('CREATE TABLE numbers (number INTEGER)');
  });
  afterAll(async () => {
    await one.destroy();
    await other.destroy();
    rmSync(folder, { recursive: true });
  });

  it('is still the same after reads, and after a transaction that is rolled back', async () => {
    const index = new WalIndex(database);
    const header = index.header();
    await other.query('SELECT * FROM numbers');
    await other.query('BEGIN IMMEDIATE');
    await other.query('INSERT INTO numbers VALUES (0)');
    await other.query('ROLLBACK');
    expect(index.isStill(header)).toBe(true);
  });

  it('is another one when a commit is told, whoever committed', async () => {
    const index = new WalIndex(database);
    for (const source of [one, other, one]) {
      const header = index.header();
      await source.query('INSERT INTO numbers VALUES (1)');
      expect(index.isStill(header)).toBe(false);
      expect(index.isStill(index.header())).toBe(true);
    }
  });

  it('never has been seen before, also when the log begins anew', async () => {
    const index = new WalIndex(database);
    const headers = new Set<string>();
    for (let round = 0; round < 5; round += 1) {
      await one.query('INSERT INTO numbers VALUES (2)');
      headers.add(index.header().toString('hex'));
      await other.query('PRAGMA wal_checkpoint(TRUNCATE)');
    }
    expect(headers.size).toBe(5);
  });

  it('leaves SQLite its locks', async () => {
    await one.query('BEGIN IMMEDIATE');
    new WalIndex(database).header();
    new WalIndex(database).header();
    await other.query('PRAGMA busy_timeout = 50');
    await expect(other.query('INSERT INTO numbers VALUES (3)')).rejects.toThrow('SQLITE_BUSY');
    await one.query('ROLLBACK');
  });

  it('can be closed twice, and takes no other descriptor away', async () => {
    const alone = await open('alone.db');
    await alone.query('CREATE TABLE numbers (number INTEGER)'); // the index comes with the first use
    const index = new WalIndex(join(folder, 'alone.db'));
    const other = new WalIndex(join(folder, 'alone.db'));
    index.close();
    index.close();
    expect(other.isStill(other.header())).toBe(true);
    other.close();
    const file = openSync(database, 'r'); // under the number that has just become free
    other.close();
    expect(fstatSync(file).isFile()).toBe(true);
    closeSync(file);
    await alone.destroy();
  });

  it('is not there without a log', () => {
    expect(() => new WalIndex(join(folder, 'other.db'))).toThrow('ENOENT');
  });
});
