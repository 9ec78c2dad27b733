import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../database/data-source-name';
import { Clock } from '../../options/clock';
import { loadSettings } from '../../options/load-settings';
import { SettingsModule } from '../../options/settings.module';
import { Database } from '../../database/database';
import { DatabaseModule } from '../../database/database.module';
import { Tokens } from './tokens';
import { TokensModule } from './tokens.module';

const LIFETIME = 20 * 60_000;

class MovingClock extends Clock {
  time = 1_790_000_000_000;

  now(): number {
    return this.time;
  }
}

describe('Tokens', () => {
  const clock = new MovingClock();
  let folder: string;
  let module: INestApplicationContext;
  let tokens: Tokens;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-tokens-'));
    const settings = loadSettings({ DATA_DIR: folder, SESSION_SECRET: 'unused' });
    module = await Test.createTestingModule({
      imports: [SettingsModule.forRoot(settings), DatabaseModule.forRoot(), TokensModule],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    tokens = module.get(Tokens);
  });

  afterAll(async () => {
    await module.close();
    await rm(folder, { recursive: true });
  });

  let user = 0;
  beforeEach(() => (user += 1));

  const grant = () => ({ userId: user, securityVersion: 3, payload: { email: `user${user}@example.com` } });
  const issue = (purpose: 'password-reset' | 'email-confirmation' = 'password-reset') =>
    tokens.issue(purpose, grant(), LIFETIME);
  const consume = (token: string, purpose: 'password-reset' | 'email-confirmation' = 'password-reset') =>
    module.get(Database).transaction((manager) => tokens.consume(purpose, token, manager));

  it('are 256 random bits, of which the table holds a hash alone', async () => {
    const token = await issue();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await issue()).not.toBe(token);
    const rows = await module
      .get<DataSource>(getDataSourceToken(LATCHKEY_DATA_SOURCE))
      .query('SELECT * FROM tokens');
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('tell what they are for as often as they are looked at', async () => {
    const token = await issue();
    expect(await tokens.find('password-reset', token)).toEqual(grant());
    expect(await tokens.find('password-reset', token)).toEqual(grant());
  });

  it('are used up once', async () => {
    const token = await issue();
    expect(await consume(token)).toBe(true);
    expect(await consume(token)).toBe(false);
    expect(await tokens.find('password-reset', token)).toBeNull();
  });

  it('are good for their own purpose alone', async () => {
    const token = await issue('email-confirmation');
    expect(await tokens.find('password-reset', token)).toBeNull();
    expect(await consume(token)).toBe(false);
    expect(await consume(token, 'email-confirmation')).toBe(true);
  });

  it('are good until their time is over', async () => {
    const token = await issue();
    clock.time += LIFETIME - 1;
    expect(await tokens.find('password-reset', token)).not.toBeNull();
    clock.time += 1;
    expect(await tokens.find('password-reset', token)).toBeNull();
    expect(await consume(token)).toBe(false);
  });

  it('replace the older one of the same user and purpose, and no other', async () => {
    const first = await issue();
    const forAnotherPurpose = await issue('email-confirmation');
    const second = await issue();
    expect(await tokens.find('password-reset', first)).toBeNull();
    expect(await tokens.find('email-confirmation', forAnotherPurpose)).not.toBeNull();
    expect(await consume(second)).toBe(true);
    expect(await consume(await issue())).toBe(true); // replaces a used token too
  });

  it('end when they are revoked', async () => {
    const [reset, confirmation] = [await issue(), await issue('email-confirmation')];
    await module.get(Database).transaction((manager) => tokens.revoke('password-reset', user, manager));
    expect(await tokens.find('password-reset', reset)).toBeNull();
    expect(await tokens.find('email-confirmation', confirmation)).not.toBeNull();
  });

  it('are deleted when their time is over, at most as many as asked for', async () => {
    clock.time += LIFETIME;
    while ((await tokens.purge(500)) > 0);
    for (let round = 0; round < 3; round += 1) {
      user += 1;
      await issue();
    }
    expect(await tokens.purge(500)).toBe(0);
    clock.time += LIFETIME;
    expect(await tokens.purge(2)).toBe(2);
    expect(await tokens.purge(2)).toBe(1);
    const rows = await module
      .get<DataSource>(getDataSourceToken(LATCHKEY_DATA_SOURCE))
      .query('SELECT * FROM tokens');
    expect(rows).toEqual([]);
  });
});
