import { TestApp } from '../support/app';

const USUAL = ['admin', 'administrator', 'root', 'sa', 'user', 'test', 'guest', 'latchkey', 'demo'];
const PASSWORDS = ['', 'admin', 'password', 'root', 'latchkey', 'changeme', '12345678'];

describe('A new application', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it('has no users, and refuses common default credentials', async () => {
    const [{ count }] = await app.dataSource.query<{ count: number | string }[]>(
      'SELECT count(*) AS count FROM users',
    );
    expect(Number(count)).toBe(0);
    for (const username of USUAL) {
      for (const password of [...PASSWORDS, username]) {
        const fields = { username, password };
        const { status } = await app.agent().post('/users/login').type('form').send(fields);
        expect({ ...fields, status }).toEqual({ ...fields, status: 401 });
      }
    }
  });
});
