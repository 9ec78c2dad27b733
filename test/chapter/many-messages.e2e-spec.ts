import { TestApp } from '../support/app';
import { flashes, submit } from '../support/page';

const TEXT = 'You have 3 messages, which is the limit. Delete some of them first.';

describe('The messages of one user', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ MESSAGES_PER_USER: '3' });
  });
  afterAll(() => app.close());

  it('are limited: the form shows the error with the typed text, and a deletion makes room again', async () => {
    const { id, agent } = await app.user('ada');
    const path = `/api/v1/users/${id}/messages`;
    for (let n = 0; n < 3; n++)
      await agent
        .post(path)
        .send({ content: `Message ${n}` })
        .expect(201);
    const problem = await agent.post(path).send({ content: 'One more' }).expect(409);
    expect(problem.body).toMatchObject({ status: 409, detail: TEXT });
    const page = await submit(agent, `/users/${id}/messages`, { content: 'One more' }).expect(409);
    expect(flashes(page)).toEqual([TEXT]);
    expect(page.text).toContain('One more');

    const { agent: other, id: otherId } = await app.user('grace');
    await other.post(`/api/v1/users/${otherId}/messages`).send({ content: 'Mine' }).expect(201);
    const [{ id: oldest }] = ((await agent.get(path)).body as { items: { id: number }[] }).items;
    await agent.delete(`${path}/${oldest}`).expect(204);
    await agent.post(path).send({ content: 'One more' }).expect(201);
  });
});
