import type { Settings } from '../../src/options/settings';
import { PASSWORD, TestApp } from '../support/app';
import { type TestDatabase, testDatabase } from '../support/database';
import { CompanyModule } from './notes';

describe('An application that uses the package', () => {
  let app: TestApp;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
    const root = (settings: Settings) => CompanyModule.forRoot(settings);
    app = await TestApp.start({ DATABASE_URL: database.url }, [], root);
  });
  afterAll(async () => {
    await app.close();
    await database.dispose();
  });

  it('has sign-up, log-in and the current user', async () => {
    const { id, agent } = await app.user('ada');
    expect((await agent.get('/api/v1/auth/me').expect(200)).body).toMatchObject({ id, username: 'ada' });
  });

  it('finds its own routes closed unless it opens them', async () => {
    await app.agent().get('/api/notes/count').expect(200, { count: 0 });
    await app.agent().post('/api/notes').send({ text: 'mine' }).expect(401);
  });

  it('decides ownership by its own guard', async () => {
    const [grace, alan] = [await app.user('grace'), await app.user('alan')];
    const note = await grace.agent.post('/api/notes').send({ text: 'mine' }).expect(201);
    const path = `/api/notes/${(note.body as { id: number }).id}`;

    await alan.agent.patch(path).send({ text: 'taken' }).expect(403);
    await alan.agent.patch('/api/notes/999').send({ text: 'not mine' }).expect(403);
    const updated = await grace.agent.patch(path).send({ text: 'still mine' }).expect(200);
    expect(updated.body).toMatchObject({ ownerId: grace.id, text: 'still mine' });
  });

  it('validates input by its own DTOs', async () => {
    const { agent } = await app.user('linus');
    const answer = await agent.post('/api/notes').send({ text: ' ' }).expect(422);
    expect((answer.body as { errors: unknown }).errors).toEqual({ text: ['This field is required.'] });
    await agent.post('/api/notes').send({ text: 'x', ownerId: 1 }).expect(400);
  });

  it('has neither the tables nor the routes of the example', async () => {
    const { agent } = await app.user('guido');
    await agent.get('/messages').expect(404);
    await agent.get('/lab').expect(404);
    expect(await app.dataSource.createQueryRunner().hasTable('messages')).toBe(false);
    await app.loggedIn('guido', PASSWORD);
  });
});
