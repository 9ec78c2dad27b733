import { PASSWORD, TestApp } from '../support/app';
import { guess, knownDevice, useUpFreeGuesses } from '../support/guesses';
import { cookiePair, setCookie } from '../support/page';
import { dump } from '../support/probes';

describe('The cookie of a device', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ THROTTLE: 'on' });
    for (const name of ['ada', 'alan', 'grace']) await app.signUp(name);
  });
  afterAll(() => app.close());

  it('is set at a log-in, for a year, out of reach of scripts', async () => {
    const answer = await guess(app.agent(), 'ada', PASSWORD);
    expect(setCookie(answer, 'device')).toMatch(/; Max-Age=31536000; .*HttpOnly; SameSite=Lax$/);
  });

  it('is not set when the log-in fails', async () => {
    expect(setCookie(await guess(app.agent(), 'ada'), 'device')).toBeUndefined();
  });

  it('survives the log-out', async () => {
    const agent = await app.loggedIn('ada');
    const answer = await agent.post('/api/v1/auth/logout').expect(204);
    expect(setCookie(answer, 'device')).toBeUndefined();
  });

  it('lets nobody in', async () => {
    const cookie = cookiePair(await guess(app.agent(), 'ada', PASSWORD), 'device');
    await app.agent().set('Cookie', cookie).get('/api/v1/auth/me').expect(401);
  });

  it('tells nobody who has logged in, and stands in no table', async () => {
    const cookie = cookiePair(await guess(app.agent(), 'ada', PASSWORD), 'device');
    const [payload] = cookie.slice('device='.length).split('.', 1);
    const device = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    expect(device).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/) as string,
      users: [expect.stringMatching(/^[\w-]{16}$/)],
    });
    expect(await dump(app)).not.toContain((device as { id: string }).id);
  });

  it('knows all who have logged in on a shared device, each with a counter of their own', async () => {
    const device = await knownDevice(app, 'ada');
    expect((await guess(device, 'grace', PASSWORD)).status).toBe(200);
    for (const name of ['ada', 'grace']) await useUpFreeGuesses(app.agent(), name);
    await useUpFreeGuesses(device, 'ada');
    expect((await guess(device, 'grace', PASSWORD)).status).toBe(200);
  });

  it('is worth nothing when it was altered', async () => {
    const cookie = cookiePair(await guess(app.agent(), 'alan', PASSWORD), 'device');
    await useUpFreeGuesses(app.agent(), 'alan');
    const altered = app.agent().set(
      'Cookie',
      cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    );
    expect((await guess(altered, 'alan', PASSWORD)).status).toBe(429);
    expect((await guess(app.agent().set('Cookie', cookie), 'alan', PASSWORD)).status).toBe(200);
  });

  it('is named __Host-device over HTTPS', async () => {
    const secure = await TestApp.start({ THROTTLE: 'on', BASE_URL: 'https://latchkey.example' });
    await secure.signUp('ada');
    const answer = await guess(secure.agent(), 'ada', PASSWORD);
    expect(setCookie(answer, '__Host-device')).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
    await secure.close();
  });
});
