import { createHash } from 'node:crypto';
import { Database } from '../../src/database/database';
import { ExpiredTokens, Tokens } from '../../src/auth/tokens/tokens';
import { TestApp } from '../support/app';

const MINUTE = 60_000;
const GRANT = { userId: 7, securityVersion: 3, payload: { email: 'ada@example.com' } };

describe('A mailed token', () => {
  let app: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    second = await app.another();
  });
  afterAll(() => app.close());

  const tokens = (instance = app) => instance.app.get(Tokens, { strict: false });
  const issue = (userId = GRANT.userId) =>
    tokens().issue('password-reset', { ...GRANT, userId }, 20 * MINUTE);
  const use = (token: string, instance = app) =>
    instance.app
      .get(Database)
      .transaction((manager) => tokens(instance).consume('password-reset', token, manager));
  const rows = () => app.dataSource.query<Record<string, unknown>[]>('SELECT * FROM tokens');

  it('is 256 random bits, and can be read repeatedly for its user and purpose', async () => {
    const token = await issue();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await tokens().find('password-reset', token)).toEqual(GRANT);
    expect(await tokens(second).find('password-reset', token)).toEqual(GRANT);
  });

  it('is stored only as SHA-256', async () => {
    const token = await issue();
    const [row] = await rows();
    expect(row.token_hash).toBe(createHash('sha256').update(token).digest('base64url'));
    expect(JSON.stringify(await rows())).not.toContain(token);
    expect(await tokens().find('password-reset', row.token_hash as string)).toBeNull();
  });

  it('is used once', async () => {
    const token = await issue();
    expect(await use(token)).toBe(true);
    expect(await use(token)).toBe(false);
    expect(await tokens().find('password-reset', token)).toBeNull();
  });

  it('is used by one of 25 concurrent requests on two instances', async () => {
    for (let round = 0; round < 4; round += 1) {
      const token = await issue();
      const uses = Array.from({ length: 25 }, (_, index) => use(token, index % 2 ? app : second));
      expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
    }
  });

  it('stays unused if its action fails', async () => {
    const token = await issue();
    const failing = app.app.get(Database).transaction(async (manager) => {
      await tokens().consume('password-reset', token, manager);
      throw new Error('The password was not stored');
    });
    await expect(failing).rejects.toThrow('not stored');
    expect(await use(token)).toBe(true);
  });

  it('does nothing for another purpose', async () => {
    const token = await issue();
    expect(await tokens().find('email-confirmation', token)).toBeNull();
    expect(await tokens().find('password-reset', `${token.slice(0, -1)}~`)).toBeNull();
    expect(await use(token)).toBe(true);
  });

  it('expires', async () => {
    const token = await issue();
    app.clock.advance(19 * MINUTE);
    expect(await tokens().find('password-reset', token)).toEqual(GRANT);
    app.clock.advance(MINUTE);
    expect(await tokens().find('password-reset', token)).toBeNull();
    expect(await use(token)).toBe(false);
  });

  it('replaces only the previous one of the same user and purpose', async () => {
    const confirmation = await tokens().issue('email-confirmation', GRANT, MINUTE);
    const others = await issue(8);
    const former = await issue();
    const latest = await issue();
    expect(await use(former)).toBe(false);
    expect(await use(latest)).toBe(true);
    expect(await use(others)).toBe(true);
    expect(await tokens().find('email-confirmation', confirmation)).toEqual(GRANT);
    expect(await use(await issue())).toBe(true); // a used one does not interfere
  });

  it('can be revoked', async () => {
    const token = await issue();
    const others = await issue(8);
    await app.app
      .get(Database)
      .transaction((manager) => tokens().revoke('password-reset', GRANT.userId, manager));
    expect(await use(token)).toBe(false);
    expect(await use(others)).toBe(true);
  });

  it('is deleted some time after it became invalid', async () => {
    await issue();
    app.clock.advance(21 * MINUTE);
    const token = await issue(9);
    await app.app.get(ExpiredTokens, { strict: false }).purge();
    expect((await rows()).map(({ user_id }) => user_id)).toEqual([9]);
    expect(await use(token)).toBe(true);
  });
});
