import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { client, Consumer, DRIVERS, loggedIn, PASSWORD } from '../support/consumer';

const POSTGRES = { DATABASE_URL: 'postgres://latchkey:secret@127.0.0.1:1/latchkey' };

describe('An application with only some of the optional packages', () => {
  let consumer: Consumer;

  beforeAll(async () => {
    consumer = await Consumer.installed('optional-peers', { drivers: [] });
  }, 180_000);
  afterAll(() => consumer.remove());
  afterEach(async () => {
    for (const name of [...DRIVERS, 'pg', '@redis/client'])
      await rm(join(consumer.folder, 'node_modules', name), { force: true });
  });

  const outputOf = async (settings: Record<string, string>): Promise<string> => {
    const started = await consumer.run('main', settings);
    await started.ended;
    return started.output;
  };

  it.each([
    [[], {}, 'SQLite (DATABASE_URL) needs the package sqlite3: npm install sqlite3'],
    [['sqlite3'], {}, 'The folder of mails needs the package nodemailer: npm install nodemailer'],
    [['sqlite3'], { SMTP_URL: 'smtp://127.0.0.1' }, 'SMTP_URL needs the package nodemailer: npm install'],
    [['sqlite3', 'nodemailer'], POSTGRES, 'PostgreSQL (DATABASE_URL) needs the package pg: npm install pg'],
    [
      ['sqlite3', 'nodemailer'],
      { SESSION_STORE: 'redis', REDIS_URL: 'redis://127.0.0.1:1' },
      'SESSION_STORE=redis needs the package @redis/client: npm install @redis/client',
    ],
  ])('%j and the settings %j: the start names what is missing', async (packages, settings, sentence) => {
    await consumer.link(packages);
    expect(await outputOf(settings)).toContain(sentence);
  });

  it('asks PostgreSQL without sqlite3', async () => {
    await consumer.link(['pg', 'nodemailer']);
    expect(await outputOf(POSTGRES)).toContain('The database does not answer yet');
  }, 60_000);

  it('runs on SQLite without pg and the Redis client', async () => {
    await consumer.link(['sqlite3', 'nodemailer']);
    const started = await consumer.start();
    const ada = await loggedIn(started, 'ada');
    await ada.get('/api/v1/auth/me').expect(200);
    await client(started)
      .post('/api/v1/auth/login')
      .send({ username: 'ada', password: PASSWORD })
      .expect(200);
  });
});
