import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { DataSource } from 'typeorm';
import { TestClock } from '../support/clock';
import { loadSettings } from '../../src/options/load-settings';
import { addressOf } from '../../src/database/database-address';
import { dataSourceOptions } from '../../src/database/data-source-options';
import { SmtpMailer } from '../../src/mail/smtp-mailer';
import { RedisConnection } from '../../src/sessions/engines/redis-connection';
import { CERTIFICATE, KEY } from '../support/self-signed';

const IDENTITY = { cert: CERTIFICATE, key: KEY };
const UNTRUSTED = /self-signed certificate/;

describe('A connection over TLS', () => {
  let servers: Server[];
  let folder: string;
  /** What was said once the way was encrypted: a password would be among it. */
  let confided: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-tls-'));
    await writeFile(join(folder, 'ca.pem'), CERTIFICATE);
    servers = [createServer(answerPostgres), createTlsServer(IDENTITY, listen)];
    for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  beforeEach(() => (confided = ''));
  afterAll(async () => {
    for (const server of servers) server.close();
    await rm(folder, { recursive: true });
  });

  /** PostgreSQL's clients first ask in the clear whether there is TLS. */
  function answerPostgres(socket: Socket): void {
    socket.once('data', () => {
      socket.write('S');
      listen(new TLSSocket(socket, { isServer: true, ...IDENTITY }));
    });
  }

  function listen(socket: TLSSocket): void {
    socket.on('error', () => undefined);
    socket.write('220 ready\r\n'); // a mail server speaks first
    socket.on('data', (part: Buffer) => {
      confided += part.toString('latin1');
      socket.destroy();
    });
  }

  const [POSTGRES, TLS] = [0, 1];
  const portOf = (which: number) => (servers[which]?.address() as AddressInfo).port;
  const settings = (environment: Record<string, string>) =>
    loadSettings({ SESSION_SECRET: 'unused', ...environment });
  const toPostgres = (query: string) => {
    const url = `postgres://latchkey:secret@localhost:${portOf(POSTGRES)}/latchkey?${query}`;
    return new DataSource(dataSourceOptions(addressOf(settings({ DATABASE_URL: url })))).initialize();
  };

  it('to PostgreSQL is refused to a certificate that is not trusted, before anything is confided', async () => {
    await expect(toPostgres('sslmode=verify-full')).rejects.toThrow(UNTRUSTED);
    expect(confided).toBe('');
  });

  it('to PostgreSQL is made where the certificate is the one that was named', async () => {
    const query = `sslmode=verify-full&sslrootcert=${join(folder, 'ca.pem')}`;
    await expect(toPostgres(query)).rejects.not.toThrow(UNTRUSTED);
    expect(confided).toContain('latchkey');
  });

  it('to Redis is refused to a certificate that is not trusted, before anything is confided', async () => {
    const open = RedisConnection.open(`rediss://latchkey:secret@localhost:${portOf(TLS)}`, 'latchkey:');
    await expect(open).rejects.toThrow(UNTRUSTED);
    expect(confided).toBe('');
  });

  it('to the mail server is refused to a certificate that is not trusted, before anything is confided', async () => {
    const mailer = (query: string) =>
      new SmtpMailer(
        settings({
          SMTP_URL: `smtps://latchkey:secret@localhost:${portOf(TLS)}${query}`,
          MAIL_FROM: 'latchkey@example.com',
        }),
        new TestClock(),
      );
    await expect(mailer('').check()).rejects.toThrow('SMTP ESOCKET at CONN');
    expect(confided).toBe('');

    await expect(mailer('?tls.rejectUnauthorized=false').check()).rejects.toThrow('SMTP');
    expect(confided).toContain('EHLO');
  });
});
