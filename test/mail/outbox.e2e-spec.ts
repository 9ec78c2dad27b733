import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Database, Outbox } from '../../src/index';
import { OutboxWorker } from '../../src/mail/outbox-worker';
import { Mailbox } from '../../src/testing';
import { applicationWith, TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { type Greeting, GreetingMail, GreetingModule } from '../support/greeting-mail';

describe('The outbox', () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeEach(async () => {
    app = await TestApp.start({}, [], applicationWith(GreetingModule));
    mailbox = new Mailbox(app.environment.DATA_DIR!);
  });
  afterEach(() => app.close());

  const outbox = (of = app) => of.app.get(Outbox, { strict: false });
  const add = (greeting: Greeting) => outbox().add('greeting', greeting);
  const jobs = () => app.dataSource.query<{ attempts: number; params: string }[]>('SELECT * FROM outbox');
  const nudge = (of = app) => of.app.get(OutboxWorker, { strict: false }).nudge();
  const isEmpty = () => eventually(jobs, ({ length }) => length === 0);

  it('sends the mails of a transaction when it is committed', async () => {
    const database = app.app.get(Database, { strict: false });
    await database.transaction(async (manager) => {
      await outbox().add('greeting', { to: 'ada@example.com', name: 'Ada' }, manager);
    });
    expect((await mailbox.latest('ada@example.com')).text).toBe('Hello Ada, 1\n');
  });

  it('sends no mail of a transaction that is rolled back', async () => {
    const database = app.app.get(Database, { strict: false });
    const rolledBack = database.transaction(async (manager) => {
      await outbox().add('greeting', { to: 'eve@example.com', name: 'Eve' }, manager);
      throw new Error('as this test wants');
    });
    await expect(rolledBack).rejects.toThrow('as this test wants');
    await add({ to: 'ada@example.com', name: 'Ada' });
    await mailbox.latest('ada@example.com');
    expect(await mailbox.mails('eve@example.com')).toEqual([]);
  });

  it('processes a mail only after the response of its request', async () => {
    await add({ to: 'ada@example.com', name: 'Ada' });
    await delay(60);
    expect(app.app.get(GreetingMail, { strict: false }).composed).toBe(0);
    await isEmpty();
  });

  it('completes a job whose composer has nothing to send', async () => {
    await add({ to: 'ada@example.com' });
    await isEmpty();
    expect(await mailbox.mails()).toEqual([]);
    expect(app.app.get(GreetingMail, { strict: false }).composed).toBe(1);
  });

  it('retries a mail that cannot be written to the folder', async () => {
    const folder = join(app.environment.DATA_DIR!, 'outbox');
    await writeFile(folder, 'a file in the place of the folder');
    await add({ to: 'ada@example.com', name: 'Ada' });
    await eventually(jobs, ([job]) => job?.attempts === 1);
    await rm(folder);
    app.clock.advance(3_600_000);
    nudge();
    await mailbox.latest('ada@example.com');
    await isEmpty();
  });

  it('stores a job of an unknown kind for three days', async () => {
    await outbox().add('of a newer version', {});
    await eventually(jobs, ([job]) => job?.attempts === 1);
    app.clock.advance(3 * 86_400_000);
    nudge();
    await isEmpty();
  });

  it('sends each of 60 mails once, with three instances at work', async () => {
    const others = [await app.another(), await app.another()];
    const instances = [app, ...others];
    const names = Array.from({ length: 60 }, (_, index) => `user${index}`);
    await Promise.all(
      names.map(async (name, index) => {
        await outbox(instances[index % 3]).add('greeting', { to: `${name}@example.com`, name });
        for (const instance of instances) nudge(instance);
      }),
    );
    await isEmpty();
    const recipients = (await mailbox.mails()).map(({ to }) => to);
    expect(recipients.sort()).toEqual(names.map((name) => `${name}@example.com`).sort());
  });

  it('takes over the mails of a dead instance after its lease expired, and not before', async () => {
    const heldUntil = app.clock.now() + 120_000;
    await app.dataSource.query(
      `INSERT INTO outbox (kind, params, attempts, next_attempt_at, created_at) VALUES ('greeting', '{"to":"ada@example.com","name":"Ada"}', 1, ${heldUntil}, ${heldUntil})`,
    );
    await add({ to: 'grace@example.com', name: 'Grace' });
    await mailbox.latest('grace@example.com');
    expect(await mailbox.mails('ada@example.com')).toEqual([]);
    app.clock.advance(120_000);
    nudge();
    await mailbox.latest('ada@example.com');
  });
});
