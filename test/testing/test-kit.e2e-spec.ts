import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import {
  AfterLogIn,
  CurrentUser,
  LATCHKEY_ENTITIES,
  LatchkeyModule,
  type LatchkeyOptions,
  OwnedBy,
  CorrectUserGuard,
  type Principal,
  Settings,
  useLatchkeyViews,
} from '../../src/index';
import {
  createLatchkeyTestApp,
  expectFlash,
  expectLoggedOut,
  expectRedirect,
  expectSessionRotated,
  type LatchkeyTestApp,
  TEST_PASSWORD,
} from '../../src/testing';

@Controller('desks/:userId')
class DesksController {
  @Get()
  @UseGuards(CorrectUserGuard)
  @OwnedBy('userId')
  show(@CurrentUser() { username, roles }: Principal) {
    return { username, roles };
  }
}

const logIns: string[] = [];
class Hooks {
  @AfterLogIn()
  note({ user }: { user: { username: string } }): void {
    logIns.push(user.username);
  }
}

@Module({
  imports: [LatchkeyModule.forRoot({ baseUrl: 'https://acme.example', hooks: [Hooks] })],
  controllers: [DesksController],
})
class AppModule {}

describe('An application under test with its pages', () => {
  let app: LatchkeyTestApp;

  beforeAll(async () => {
    app = await createLatchkeyTestApp(AppModule, { setUp: (nest) => useLatchkeyViews(nest) });
  });
  afterAll(() => app.close());

  it('logs a user in by the session service, hooks and events included', async () => {
    const ada = await app.user({ username: 'ada', roles: ['admin'] });
    const agent = await app.actingAs(ada);
    await agent.get(`/desks/${ada.id}`).expect(200, { username: 'ada', roles: ['admin'] });
    expect(logIns).toContain('ada');
    const names = app.events.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['user.signedUp', 'role.changed', 'auth.loggedIn']));
  });

  it('says why a user cannot log in', async () => {
    await expect(app.actingAs({ id: 999, username: 'nobody' })).rejects.toThrow('nobody cannot log in: 404');
  });

  it('sends the form of a page with its hidden fields, and finds the flash before and after the redirect', async () => {
    const user = await app.user();
    const agent = app.guest();
    const form = agent.form('/users/login').fill({ username: user.username, password: TEST_PASSWORD });
    const response = await form.submit();
    expectRedirect(response, '/users/welcome');
    expectFlash(response, "You've successfully logged in!");
    expectFlash(await agent.get('/users/welcome'), "You've successfully logged in!");
    expectSessionRotated(agent);
  });

  it('sends a form whose method is overridden', async () => {
    const user = await app.user();
    const agent = await app.actingAs(user);
    const form = agent.form(`/users/${user.id}/edit`).fill({ username: 'renamed' });
    expectFlash(await form.submit(), 'User Updated!');
    expect(app.events.map(({ name }) => name)).toContain('user.renamed');
  });

  it('names the fields of the page for one that is not among them', async () => {
    const form = app.guest().form('/users/login').fill({ user: 'ada' });
    await expect(form.submit()).rejects.toThrow(
      'No form of /users/login has the fields user. Its forms:\n  /users/login: _key, username, password, remember',
    );
    await expect(app.guest().form('/nothing').submit()).rejects.toThrow('GET /nothing answers');
  });

  it('ends a session by the clock alone', async () => {
    const user = await app.user();
    const agent = await app.actingAs(user);
    await agent.get(`/desks/${user.id}`).expect(200);
    expect(() => expectLoggedOut({ status: 200, headers: {}, text: '' } as never)).toThrow('logged out');
    await app.clock.travel('31m');
    expectLoggedOut(await agent.get(`/desks/${user.id}`));
    app.clock.set(new Date('2030-01-01T12:00:00Z'));
    expect(new Date(app.clock.now()).getUTCFullYear()).toBe(2030);
    expect(() => app.clock.travel('soon')).toThrow(TypeError);
  });

  it('clears the session at the log-out', async () => {
    const agent = await app.actingAs(await app.user());
    expectLoggedOut(await agent.post('/users/logout'));
    expect(() => expectSessionRotated(agent)).toThrow();
  });

  it('fails readably where an expectation is wrong', async () => {
    const agent = await app.actingAs(await app.user());
    const response = await agent.get('/users/login');
    expect(() => expectRedirect(response, '/elsewhere')).toThrow(
      'Expected a redirect to /elsewhere, got 303 to',
    );
    expect(() => expectFlash(response, 'Hello')).toThrow('Expected the flash "Hello"');
    expect(() => expectSessionRotated(agent)).toThrow('still has the one from before');
  });

  it('waits for the newest mail', async () => {
    const user = await app.user({ email: 'ada@example.com' });
    expect(user.emailVerifiedAt).not.toBeNull();
    await app.guest().form('/users/password-reset').fill({ email: 'ada@example.com' }).submit();
    const { links } = await app.mailbox.latest('ada@example.com');
    expect(links.join(' ')).toContain('/users/password-reset/');
  });

  it('refuses a stranger and a guest on every owned route', async () => {
    const [owner, other] = [await app.user(), await app.user()];
    const stranger = await app.actingAs(other);
    const routes = app.ownedRoutes().filter(({ isLatchkey }) => !isLatchkey);
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /desks/:userId']);
    for (const route of routes) {
      const path = route.pathFor(owner);
      expectLoggedOut(await app.guest().get(path));
      const response = await stranger.get(path);
      expect([303, 403]).toContain(response.status);
    }
  });
});

describe('The settings of an application under test', () => {
  it.each([
    [
      'forRootAsync',
      LatchkeyModule.forRootAsync({ useFactory: () => ({ passwords: { cost: 15 } }), pages: false }),
    ],
    ['fromEnvironment', LatchkeyModule.fromEnvironment({ pages: false })],
  ])('are those of a test with %s, and its data goes with it', async (_form, imported) => {
    @Module({ imports: [imported] })
    class Root {}
    const app = await createLatchkeyTestApp(Root, { settings: { session: { limit: 2 } } });
    const settings = app.nest.get(Settings);
    expect(settings).toMatchObject({ environment: 'test', bcryptCost: 4, throttle: false, sessionLimit: 2 });
    expect(settings.sessionStore).toBe('database');
    const agent = await app.actingAs(await app.user());
    await agent.get('/api/v1/auth/me').expect(200);
    await app.guest().get('/api/v1/auth/me').expect(401);
    await app.close();
    expect(existsSync(dirname(settings.databaseUrl.slice('sqlite:'.length)))).toBe(false);
  });

  it("leave the application's own DataSource as it is", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-host-'));
    const database = join(folder, 'company.sqlite');
    @Module({
      imports: [
        TypeOrmModule.forRoot({ type: 'sqlite', database, entities: LATCHKEY_ENTITIES }),
        LatchkeyModule.forRoot({ database: { dataSource: 'default' }, pages: false }),
      ],
    })
    class Root {}
    const app = await createLatchkeyTestApp(Root);
    const user = await app.user();
    await (await app.actingAs(user)).get('/api/v1/auth/me').expect(200);
    expect(await app.nest.get(DataSource).query('SELECT username FROM users')).toEqual([
      { username: user.username },
    ]);
    await app.close();
    expect(existsSync(database)).toBe(true);
    await rm(folder, { recursive: true });
  });

  it.each([
    [{ session: { idelTimeout: '1h' } }, 'session.idelTimeout is not an option'],
    [{ passwords: { cost: 99 } }, 'passwords.cost'],
  ])('do not hide a wrong option that is computed: %j', async (options, problem) => {
    @Module({ imports: [LatchkeyModule.forRootAsync({ useFactory: () => options as LatchkeyOptions })] })
    class Root {}
    await expect(createLatchkeyTestApp(Root)).rejects.toThrow(problem);
  });
});
