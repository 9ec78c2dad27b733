import { PASSWORD, TestApp } from '../support/app';
import { flashes, setCookie } from '../support/page';

describe('Logging in', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  it('leads to the welcome page with a flash that is shown once', async () => {
    const agent = app.agent();
    const login = await agent.post('/users/login').type('form').send({ username: 'ada', password: PASSWORD });
    expect(login.status).toBe(303);
    expect(login.headers.location).toBe('/users/welcome');
    expect(setCookie(login, 'sid')).toMatch(/; HttpOnly; SameSite=Lax$/);

    const welcome = await agent.get('/users/welcome').expect(200);
    expect(flashes(welcome)).toEqual(["You've successfully logged in!"]);
    expect(flashes(await agent.get('/users/welcome'))).toEqual([]);
  });
});
