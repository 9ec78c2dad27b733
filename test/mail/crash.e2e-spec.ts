import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { Mailbox } from '../../src/testing';
import { PASSWORD } from '../support/app';
import { testDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { build } from '../support/build';
import { Started } from '../support/process';
import { Wire } from '../support/wire';

describe('A process that is killed while it sends a mail', () => {
  it('loses none: the next one sends it', async () => {
    const built = await build();
    const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-mail-'));
    const database = await testDatabase();
    const sockets: Socket[] = [];
    const hanging = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const settings = { DATA_DIR: dataDir, DATABASE_URL: database.url };
    const smtp = { SMTP_URL: `smtp://127.0.0.1:${(hanging.address() as AddressInfo).port}` };
    let started = await (await Started.run(built, { ...settings, ...smtp })).listening();

    const wire = await Wire.open(started.port);
    const headers = { Origin: `http://localhost:${started.port}` };
    const json = { username: 'ada', password: PASSWORD };
    await wire.ask({ method: 'POST', path: '/api/v1/auth/signup', json, headers });
    const source = await new DataSource(optionsFor(database.url)).initialize();
    await source.query(
      "UPDATE users SET email = 'ada@example.com', email_canonical = 'ada@example.com', email_verified_at = 1, created_at = 1",
    );
    const begin = performance.now();
    expect((await wire.ask({ method: 'POST', path: '/api/v1/auth/login', json, headers })).status).toBe(200);
    expect(performance.now() - begin).toBeLessThan(1_000);
    await eventually(
      () => sockets.length,
      (count) => count === 1,
    );
    await started.stop();
    wire.close();

    // Two minutes later, as far as the outbox can tell.
    await source.query('UPDATE outbox SET next_attempt_at = next_attempt_at - 120000');
    await source.destroy();
    started = await (await Started.run(built, settings)).listening();
    expect(started.output).toContain(
      `SMTP_URL is not set: no mail is sent, each is a file in ${dataDir}/outbox`,
    );
    expect((await new Mailbox(dataDir).latest('ada@example.com')).subject).toBe('A log-in from a new device');

    started.child.kill('SIGTERM');
    expect(await started.ended).toEqual({ code: 0, signal: null });
    hanging.close();
    for (const socket of sockets) socket.destroy();
    await database.dispose();
    await rm(dataDir, { recursive: true, force: true });
  }, 120_000);
});

function optionsFor(url: string): DataSourceOptions {
  return url.startsWith('sqlite:')
    ? { type: 'sqlite', database: url.slice('sqlite:'.length), busyTimeout: 5_000 }
    : { type: 'postgres', url };
}
