import {
  createLatchkeyTestApp,
  expectFlash,
  expectLoggedOut,
  expectRedirect,
  expectSessionRotated,
  type LatchkeyTestApp,
  TEST_PASSWORD,
} from 'latchkey/testing';
import { AppModule, setUp } from './app.module';

// Jest and Vitest both provide these.
declare const describe: (name: string, body: () => void) => void;
declare const it: (name: string, body: () => Promise<void>) => void;
declare const beforeAll: (body: () => Promise<void>) => void;
declare const afterAll: (body: () => Promise<void>) => void;

describe('Invoices', () => {
  let app: LatchkeyTestApp;

  beforeAll(async () => {
    app = await createLatchkeyTestApp(AppModule, { setUp });
  });
  afterAll(() => app.close());

  it('are shown to their owner alone', async () => {
    const owner = await app.user({ username: 'ada' });
    const own = await app.actingAs(owner);
    const stranger = await app.actingAs(await app.user());
    for (const route of app.ownedRoutes().filter(({ isLatchkey }) => !isLatchkey)) {
      const path = route.pathFor(owner);
      await own.get(path).expect(200, { for: 'ada' });
      await stranger.get(path).set('Accept', 'application/json').expect(403);
      expectLoggedOut(await app.guest().get(path));
    }
  });

  it('need a log-in again after half an hour', async () => {
    const owner = await app.user();
    const agent = await app.actingAs(owner);
    await app.clock.travel('31m');
    expectLoggedOut(await agent.get(`/users/${owner.id}/invoices`));
  });

  it('are behind a form that logs in', async () => {
    const { username } = await app.user({ email: 'grace@example.com' });
    const agent = app.guest();
    const response = await agent.form('/users/login').fill({ username, password: TEST_PASSWORD }).submit();
    expectRedirect(response, '/users/welcome');
    expectFlash(response, "You've successfully logged in!");
    expectSessionRotated(agent);
    if (!app.events.some(({ name }) => name === 'auth.loggedIn')) throw new Error('No event');
    await app.guest().form('/users/password-reset').fill({ email: 'grace@example.com' }).submit();
    const { links } = await app.mailbox.latest('grace@example.com');
    if (!links.some((link) => link.includes('/users/password-reset/'))) throw new Error('No link');
  });
});
