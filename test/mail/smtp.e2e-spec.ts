import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { Mailer, Outbox } from '../../src/index';
import { OutboxWorker } from '../../src/mail/outbox-worker';
import { applicationWith, TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { type Greeting, GreetingModule } from '../support/greeting-mail';
import { dump } from '../support/probes';
import { MailServer, refusal } from '../support/smtp';

const ADA = { to: 'ada@example.com', name: 'Ada' };

describe('With SMTP_URL', () => {
  const open: { stop(): Promise<void> }[] = [];
  const apps: TestApp[] = [];
  const logged: string[] = [];

  beforeEach(() => {
    logged.length = 0;
    for (const level of ['warn', 'error'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...said: unknown[]) => {
        logged.push(String(said[0]));
      });
    }
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    for (const server of open.splice(0)) await server.stop();
    jest.restoreAllMocks();
  });

  async function serve(...args: Parameters<typeof MailServer.start>): Promise<MailServer> {
    const server = await MailServer.start(...args);
    open.push(server);
    return server;
  }

  async function start(url: string): Promise<TestApp> {
    const app = await TestApp.start(
      { SMTP_URL: url, MAIL_FROM: 'Example <no-reply@example.com>' },
      [],
      applicationWith(GreetingModule),
    );
    apps.push(app);
    return app;
  }

  const add = (app: TestApp, greeting: Greeting) =>
    app.app.get(Outbox, { strict: false }).add('greeting', greeting);
  const retry = (app: TestApp) => {
    app.clock.advance(3_600_000);
    app.app.get(OutboxWorker, { strict: false }).nudge();
  };
  const waiting = async (app: TestApp) =>
    (await app.dataSource.query<{ attempts: number }[]>('SELECT * FROM outbox')).length;

  it('a mail reaches the server as plain text, marked as auto-generated', async () => {
    const server = await serve();
    const app = await start(server.url);
    await add(app, { ...ADA, name: 'Zoë' });
    const [{ recipients, mail }] = await eventually(
      () => server.received,
      ({ length }) => length === 1,
    );
    expect(recipients).toEqual(['ada@example.com']);
    expect(mail).toMatchObject({
      from: { name: 'Example', address: 'no-reply@example.com' },
      to: [{ address: 'ada@example.com' }],
      subject: 'A greeting',
      text: 'Hello Zoë, 1\n',
    });
    expect(mail.html).toBeUndefined();
    expect(mail.messageId).toMatch(/^<.+@example\.com>$/);
    expect(mail.date).toBeDefined();
    expect(mail.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
    await eventually(
      () => waiting(app),
      (count) => count === 0,
    );
    expect(await dump(app)).not.toContain('ada@example.com');
  });

  it('a mail goes out encrypted when the server offers it', async () => {
    const server = await serve({ disabledCommands: [] });
    const app = await start(`${server.url}?tls.rejectUnauthorized=false`);
    await add(app, ADA);
    const [{ isSecure }] = await eventually(
      () => server.received,
      ({ length }) => length === 1,
    );
    expect(isSecure).toBe(true);
  });

  it.each([
    ['the recipient', 'onRcptTo' as const],
    ['the sender', 'onMailFrom' as const],
  ])('a mail that is refused temporarily because of %s is retried', async (_, hook) => {
    let refusals = 1;
    const server = await serve({
      [hook]: (_address: unknown, _session: unknown, done: (error?: Error) => void) =>
        refusals-- > 0 ? done(refusal(451, 'ada@example.com comes too often')) : done(),
    });
    const app = await start(server.url);
    await add(app, ADA);
    await eventually(
      () => logged.length,
      (count) => count === 1,
    );
    expect(logged[0]).toMatch(
      /^Mail 1 \(greeting\), attempt 1: SMTP EENVELOPE 451 at \w+ \w+; the next one is in 15 s$/,
    );
    retry(app);
    const [{ mail }] = await eventually(
      () => server.received,
      ({ length }) => length === 1,
    );
    expect(mail.text).toBe('Hello Ada, 2\n');
  });

  it('a mail that is refused permanently is dropped, and the log does not contain the address', async () => {
    const server = await serve({
      onRcptTo: ({ address }, _session, done) => {
        done(refusal(550, `no such user ${address}`));
      },
    });
    const app = await start(server.url);
    await add(app, ADA);
    await eventually(
      () => logged.length,
      (count) => count === 1,
    );
    expect(logged).toEqual(['Mail 1 (greeting), attempt 1: SMTP EENVELOPE 550 at RCPT TO; given up']);
    await eventually(
      () => waiting(app),
      (count) => count === 0,
    );
  });

  it('a mail is retried after a failed log-in to the server, whose password is in no log', async () => {
    const server = await serve({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => {
        done(refusal(535, 'not with wrong-secret'));
      },
    });
    const app = await start(server.url.replace('//', '//latchkey:wrong-secret@'));
    await add(app, ADA);
    await eventually(
      () => logged.length,
      (count) => count === 1,
    );
    expect(logged[0]).toMatch(/SMTP EAUTH 535 at AUTH.*; the next one is in 15 s$/);
    expect(logged.join()).not.toContain('wrong-secret');
    expect(await waiting(app)).toBe(1);
    await expect(app.app.get(Mailer, { strict: false }).check()).rejects.toThrow('SMTP EAUTH 535 at AUTH');
  });

  it('a mail is retried after a server that closes, and one that is not reachable', async () => {
    const closing = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(closing, 'listening');
    const { port } = closing.address() as AddressInfo;
    const app = await start(`smtp://127.0.0.1:${port}`);
    await add(app, ADA);
    await eventually(
      () => logged.length,
      (count) => count === 1,
    );
    closing.close();
    await once(closing, 'close');
    retry(app);
    await eventually(
      () => logged.length,
      (count) => count === 2,
    );
    const server = await serve({}, port);
    retry(app);
    await eventually(
      () => server.received.length,
      (count) => count === 1,
    );
  });

  it('no request or shutdown waits for a server that hangs, and the next start sends the mail', async () => {
    const sockets: Socket[] = [];
    const hanging = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const { port } = hanging.address() as AddressInfo;
    const app = await start(`smtp://127.0.0.1:${port}`);
    const begin = performance.now();
    for (let index = 0; index < 6; index += 1) await add(app, ADA);
    expect(performance.now() - begin).toBeLessThan(1_000);
    await eventually(
      () => sockets.length,
      (count) => count === 4,
    );
    await app.signUp('ada');

    const begun = performance.now();
    let server: MailServer;
    const successor = await app.restart(async () => {
      expect(performance.now() - begun).toBeLessThan(6_000);
      hanging.close();
      for (const socket of sockets) socket.destroy();
      server = await serve({}, port);
    });
    apps.splice(0, 1, successor);
    retry(successor);
    await eventually(
      () => server.received.length,
      (count) => count === 6,
    );
  });

  it.each([
    'ada@example.com\r\nBcc: eve@example.com',
    'ada@example.com, eve@example.com',
    'Ada <ada@example.com>',
    'ada@example.com eve@example.com',
    'ada',
    '',
  ])('no mail leaves to %j', async (to) => {
    const server = await serve();
    const app = await start(server.url);
    await add(app, { to, name: 'Ada' });
    await eventually(
      () => logged.length,
      (count) => count === 1,
    );
    expect(logged).toEqual(['Mail 1 (greeting), attempt 1: has no valid recipient; given up']);
    expect(server.received).toEqual([]);
  });

  it('no parameter adds a header, a recipient or a second mail', async () => {
    const server = await serve();
    const app = await start(server.url);
    const evil =
      'x\r\nBcc: eve@example.com\r\n\r\n.\r\nMAIL FROM:<eve@example.com>\r\nRCPT TO:<eve@example.com>\r\n';
    await add(app, { ...ADA, name: evil, subject: evil });
    const [{ recipients, mail }] = await eventually(
      () => server.received,
      ({ length }) => length === 1,
    );
    expect(recipients).toEqual(['ada@example.com']);
    expect(mail.headers.map(({ key }) => key).sort()).toEqual(
      ['auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'message-id'].concat([
        'mime-version',
        'subject',
        'to',
      ]),
    );
    expect(mail.bcc).toBeUndefined();
    expect(mail.text).toContain('RCPT TO:<eve@example.com>');
  });
});
