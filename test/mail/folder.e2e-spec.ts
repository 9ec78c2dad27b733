import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Outbox } from '../../src/index';
import { applicationWith, TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { GreetingModule } from '../support/greeting-mail';

describe('Without SMTP_URL a mail', () => {
  it('is in the outbox folder soon after it was added, readable by its owner alone', async () => {
    const app = await TestApp.start({}, [], applicationWith(GreetingModule));
    await app.app.get(Outbox, { strict: false }).add('greeting', { to: 'ada@example.com', name: 'Zoë' });
    const folder = join(app.environment.DATA_DIR!, 'outbox');
    const [name] = await eventually(
      () => readdir(folder).catch(() => []),
      ([first]) => first?.endsWith('.eml'),
    );
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, name), 'utf8')).toMatch(
      /^From: no-reply@localhost\r\nTo: ada@example\.com\r\n[^]*\r\n\r\nHello Zoë, 1\r\n$/,
    );
    await app.close();
  });
});
