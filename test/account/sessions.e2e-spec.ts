import type { Response } from 'supertest';
import { PASSWORD, TestApp } from '../support/app';
import { flashes } from '../support/page';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

interface Listed {
  id: string;
  current: boolean;
  browser: string | null;
  os: string | null;
}

describe('The sessions of a user', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  const items = (answer: Response) => (answer.body as { items: Listed[] }).items;

  async function firefox(username: string) {
    const agent = app.agent().set('User-Agent', FIREFOX);
    await agent.post('/api/v1/auth/login').send({ username, password: PASSWORD }).expect(200);
    return agent;
  }

  it('are listed with browser, system, address and a mark on the current one', async () => {
    const { agent } = await app.user('ada');
    await firefox('ada');
    const listed = items(await agent.get('/api/v1/auth/sessions').expect(200));
    expect(listed).toHaveLength(2);
    expect(listed.filter(({ current }) => current)).toHaveLength(1);
    expect(listed.find(({ current }) => !current)).toMatchObject({
      browser: 'Firefox',
      os: 'Linux',
      ip: '127.0.0.1',
    });

    const page = await agent.get('/account/sessions').expect(200);
    expect(page.text).toContain('Firefox on Linux');
    expect(page.text.match(/This device/g)).toHaveLength(1);
  });

  it('have public IDs that do not reveal their cookies', async () => {
    const { agent } = await app.user('grace');
    const [session] = items(await agent.get('/api/v1/auth/sessions'));
    await app.agent().get('/api/v1/auth/me').set('Cookie', `sid=s:${session.id}.x`).expect(401);
  });

  it('end one by one: that device is logged out at once, with the reason', async () => {
    const { agent } = await app.user('alan');
    const other = await firefox('alan');
    const target = items(await agent.get('/api/v1/auth/sessions')).find(({ current }) => !current)!;

    const ended = await agent.post(`/account/sessions/${target.id}`).type('form').send({ _method: 'DELETE' });
    expect(ended.headers.location).toBe('/account/sessions');
    expect(flashes(await agent.get('/account/sessions'))).toEqual(['The session was ended.']);
    expect((await other.get('/api/v1/auth/me').expect(401)).body).toMatchObject({ reason: 'revoked' });
    expect(flashes(await other.get('/'))).toEqual(['This session was ended from another device.']);
    await agent.get('/users/welcome').expect(200);
  });

  it('end all at once, except the current one', async () => {
    const { agent } = await app.user('linus');
    const others = [await firefox('linus'), await firefox('linus')];
    await agent.delete('/api/v1/auth/sessions').expect(204);
    for (const other of others) await other.get('/api/v1/auth/me').expect(401);
    await agent.get('/api/v1/auth/me').expect(200);
    expect(items(await agent.get('/api/v1/auth/sessions'))).toHaveLength(1);
  });

  it('log this browser out when the current one is ended', async () => {
    const { agent } = await app.user('guido');
    const [session] = items(await agent.get('/api/v1/auth/sessions'));
    await agent.delete(`/api/v1/auth/sessions/${session.id}`).expect(204);
    await agent.get('/api/v1/auth/me').expect(401);
  });

  it('include the current one, whose form logs this browser out', async () => {
    const { agent } = await app.user('barbara');
    const [session] = items(await agent.get('/api/v1/auth/sessions'));
    const ended = await agent.post(`/account/sessions/${session.id}?_method=DELETE`).type('form').send({});
    expect(ended.headers.location).toBe('/users/login');
    expect(flashes(await agent.get('/users/login'))).toEqual(['You have been signed out.']);
  });

  it('show no name for an unknown browser', async () => {
    const { agent } = await app.user('curl');
    const [session] = items(await agent.get('/api/v1/auth/sessions'));
    expect(session).toMatchObject({ browser: null, os: null });
  });

  it('are invisible to other users, who cannot end them', async () => {
    const { agent: victim } = await app.user('victim');
    const { agent: attacker } = await app.user('attacker');
    const [session] = items(await victim.get('/api/v1/auth/sessions'));
    expect(items(await attacker.get('/api/v1/auth/sessions'))).toHaveLength(1);
    await attacker.delete(`/api/v1/auth/sessions/${session.id}`).expect(204); // an unknown ID has no effect
    await victim.get('/api/v1/auth/me').expect(200);
  });
});
