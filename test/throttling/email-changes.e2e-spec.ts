import type TestAgent from 'supertest/lib/agent';
import { TestApp } from '../support/app';
import { address, heard, retryAfter } from '../support/guesses';
import { confirmEmail, Mailbox } from '../support/mailbox';
import { flashes, submit } from '../support/page';

const HOUR = 3_600_000;
const PAGE = '/account/email';

describe('Changes of an e-mail address', () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeEach(async () => {
    app = await TestApp.start({ THROTTLE: 'on', TRUST_PROXY: '1' });
    mailbox = new Mailbox(app);
  });
  afterEach(() => app.close());

  const patch = async (agent: TestAgent, id: number, fields: object) =>
    agent.patch(`/api/v1/users/${id}`).send(fields);
  const me = async (agent: TestAgent) => (await agent.get('/api/v1/auth/me')).body as object;

  it('are limited to five per account in an hour, and so are mails to the current address', async () => {
    const { id, agent } = await app.user('ada');
    const email = 'ada@example.com';
    await patch(agent, id, { email });
    await confirmEmail(app, email);
    const told = (await mailbox.to(email)).length;
    const throttled = heard(app, 'auth.throttled');
    for (let n = 0; n < 4; n += 1)
      expect((await patch(agent, id, { email: `stranger${n}@example.org` })).status).toBe(200);

    const refused = await patch(agent, id, { username: 'renamed', email: 'stranger4@example.org' });
    expect(refused.status).toBe(429);
    expect(retryAfter(refused)).toBeLessThanOrEqual(HOUR / 1_000);
    expect(retryAfter(refused)).toBeGreaterThan(HOUR / 1_000 - 60);
    expect(throttled).toEqual([{ userId: id, scope: 'action' }]);
    const page = await submit(agent, PAGE, { email: 'stranger5@example.org' });
    expect(page.status).toBe(429);
    expect(flashes(page)).toEqual(['Too many attempts. Try again in 1 hour.']);
    expect(page.text).toContain('value="stranger5@example.org"');
    expect((await submit(agent, `${PAGE}?_method=DELETE`)).status).toBe(429);
    expect((await patch(agent, id, { email: null })).status).toBe(429);

    expect(await me(agent)).toMatchObject({ username: 'ada', email });
    expect((await agent.get(PAGE)).text).toContain('stranger3@example.org');
    expect(await mailbox.to(email)).toHaveLength(told + 4);
    for (const n of [4, 5]) expect(await mailbox.to(`stranger${n}@example.org`)).toEqual([]);
    // Actions without a mail still work.
    expect((await patch(agent, id, { username: 'renamed' })).status).toBe(200);
    const other = await app.user('grace');
    expect((await patch(other.agent, other.id, { email: 'grace@example.com' })).status).toBe(200);
    app.clock.advance(HOUR);
    const again = await app.loggedIn('renamed');
    expect((await patch(again, id, { email: 'stranger4@example.org' })).status).toBe(200);
  });

  it('that are refused for another reason do not count', async () => {
    const { id, agent } = await app.user('ada');
    for (let n = 0; n < 6; n += 1) await submit(agent, PAGE, { email: 'no address' }).expect(422);
    app.clock.advance(11 * 60_000);
    for (let n = 0; n < 4; n += 1)
      expect((await patch(agent, id, { email: 'a@example.com', currentPassword: 'no' })).status).toBe(422);
    await app.loggedIn('ada');
    const fresh = await app.loggedIn('ada');
    for (let n = 0; n < 5; n += 1)
      expect((await patch(fresh, id, { email: `a${n}@example.com` })).status).toBe(200);
  });

  it('and resent links are limited to 100 per source in ten minutes, whatever the account', async () => {
    const from = (agent: TestAgent) => agent.set('X-Forwarded-For', address(1));
    const change = (agent: TestAgent, id: number, n: number) =>
      patch(from(agent), id, { email: `stranger${id}-${n}@example.org` });
    const users: { id: number; agent: TestAgent }[] = [];
    for (let n = 0; n < 21; n += 1) users.push(await app.user(`user${n}`));
    for (const { id, agent } of users.slice(0, 20))
      for (let n = 0; n < 5; n += 1) expect((await change(agent, id, n)).status).toBe(200);
    const { id, agent } = users[20];
    expect((await change(agent, id, 0)).status).toBe(429);
    expect((await submit(from(users[0].agent), `${PAGE}/confirmation`)).status).toBe(429);
    agent.set('X-Forwarded-For', address(2));
    expect((await patch(agent, id, { email: 'last@example.org' })).status).toBe(200);
  });

  it('allow ten resent links in an hour, five of them to one address', async () => {
    const { id, agent } = await app.user('ada');
    await patch(agent, id, { email: 'typo@example.com' });
    for (let n = 0; n < 10; n += 1) await submit(agent, `${PAGE}/confirmation`).expect(303);
    const refused = await submit(agent, `${PAGE}/confirmation`);
    expect(refused.status).toBe(429);
    expect(retryAfter(refused)).toBeGreaterThan(0);
    expect(refused.text).toContain('typo@example.com');
    expect(await mailbox.to('typo@example.com')).toHaveLength(5);
  });

  it('are not limited with THROTTLE=off', async () => {
    const open = await app.another({ THROTTLE: 'off' });
    const { id, agent } = await open.user('ada');
    for (let n = 0; n < 12; n += 1)
      expect((await patch(agent, id, { email: `a${n}@example.com` })).status).toBe(200);
  });
});
