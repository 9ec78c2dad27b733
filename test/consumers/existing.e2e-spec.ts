import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { client, Consumer, loggedIn, PASSWORD } from '../support/consumer';
import { eventually } from '../support/eventually';
import type { Started } from '../support/process';

const PACKAGES = ['@nestjs/config', '@nestjs/event-emitter', '@nestjs/schedule'];

describe('An existing application that adds LatchkeyModule.forRootAsync()', () => {
  let consumer: Consumer | undefined;
  let started: Started;

  beforeAll(async () => {
    consumer = await Consumer.installed('existing', { packages: PACKAGES });
    started = await consumer.start();
  }, 180_000);
  afterAll(() => consumer?.remove());

  const happened = async (): Promise<Record<string, number>> =>
    (await client(started).get('/happened').expect(200)).body;

  it('keeps its default data source with its own entity, behind the log-in', async () => {
    await client(started).get('/orders').expect(401);
    const ada = await loggedIn(started, 'ada');
    await ada.post('/orders').send({ amount: 3 }).expect(201, { customer: 'ada', amount: 3, id: 1 });
    await ada.get('/orders').expect(200, [{ id: 1, customer: 'ada', amount: 3 }]);
  });

  it('keeps its ValidationPipe and its answer to bad input', async () => {
    const ada = await loggedIn(started, 'ada-valid');
    const { body } = await ada.post('/orders').send({ amount: 'x' }).expect(400);
    expect(body.message).toEqual(['amount must be an integer number']);
  });

  it("leaves the answer to bad input of Latchkey's routes to Latchkey", async () => {
    const signUp = (fields: object) => client(started).post('/api/v1/auth/signup').send(fields);
    const { body } = await signUp({ username: 'x', password: 'short' }).expect(422);
    expect(Object.keys(body.errors)).toEqual(expect.arrayContaining(['password']));
    const unknown = await signUp({ username: 'mallory', password: PASSWORD, role: 'admin' }).expect(400);
    expect(unknown.body.errors).toHaveProperty('role');
    const { components, paths } = (await client(started).get('/reference-json').expect(200)).body;
    const { schema } = paths['/api/v1/auth/signup'].post.requestBody.content['application/json'];
    expect(schema).toEqual({ $ref: '#/components/schemas/SignupDto' });
    expect(components.schemas.SignupDto.properties).toHaveProperty('username');
  });

  it("shows a user by their ID, though its pipe has made a number of Latchkey's parameter", async () => {
    const ada = await loggedIn(started, 'ada-id');
    const { body } = await ada.get('/api/v1/auth/me').expect(200);
    await ada.get(`/api/v1/users/${body.id}`).expect(200, body);
    await ada.get('/api/v1/users/x').expect(404);
  });

  it('answers its own error once, by its own filter', async () => {
    const ada = await loggedIn(started, 'ada-filter');
    await ada.get('/orders/99').expect(410, { gone: 'order 99' });
    expect(await happened()).toMatchObject({ 'out of stock': 1 });
  });

  it('runs its job once per interval', async () => {
    const before = (await happened()).report ?? 0;
    await delay(1_000);
    const after = await happened();
    expect(after['report twice at once']).toBeUndefined();
    expect(after.report - before).toBeGreaterThan(2);
    expect(after.report - before).toBeLessThan(8);
  });

  it("hears its own event and Latchkey's once", async () => {
    const grace = await loggedIn(started, 'grace');
    const { body } = await grace.get('/api/v1/auth/me').expect(200);
    await grace.get('/happened/order').expect(200);
    const name = `log-in of ${body.id}`;
    const events = await eventually(happened, (seen) => seen[name] > 0);
    expect(events).toMatchObject({ [name]: 1, 'order.placed': 1 });
  });

  it('takes uploads from users, and from nobody else', async () => {
    const upload = (agent: ReturnType<typeof client>) =>
      agent.post('/orders/scan').field('note', 'by post').attach('scan', Buffer.from('scanned'), 'scan.pdf');
    await upload(client(started)).expect(401);
    const ada = await loggedIn(started, 'ada-upload');
    await upload(ada).expect(201, { name: 'scan.pdf', size: 7, note: 'by post' });
  });

  it('takes a webhook with its raw body from a guest without an Origin', async () => {
    const raw = '{ "paid":  true }';
    const hook = client(started).post('/orders/paid').unset('Origin').type('json').send(raw);
    await hook.expect(201, { raw, body: { paid: true } });
  });

  it('serves its static files and its own API description', async () => {
    await client(started).get('/files/terms.txt').expect(200, 'A file of the company\n');
    await client(started).get('/reference').expect(200);
    const { body } = await client(started).get('/reference-json').expect(200);
    expect(body.info.title).toBe('Orders');
    expect(body.paths['/orders'].post.requestBody).toBeDefined();
  });

  it('answers a preflight by its own CORS options', async () => {
    const preflight = client(started).options('/orders').set('Origin', 'https://shop.example');
    const { headers } = await preflight.set('Access-Control-Request-Method', 'GET').expect(204);
    expect(headers['access-control-allow-origin']).toBe('https://shop.example');
  });

  it("may move its own routes to a default version, and Latchkey's stay where they are", async () => {
    const versioned = await consumer!.start('main', { DEFAULT_VERSION: '7' });
    const ada = await loggedIn(versioned, 'ada-versioned');
    await ada.post('/v7/orders').send({ amount: 2 }).expect(201);
    await client(versioned).get('/v7/orders').expect(401);
    await client(versioned).get('/health/live').expect(200);
    await versioned.stop();
  });

  it('may share its data source, whose file then has the tables of both', async () => {
    const shared = await consumer!.start('main', { SHARED: 'shared' });
    const ada = await loggedIn(shared, 'ada-shared');
    await ada.post('/orders').send({ amount: 2 }).expect(201);
    const file = await readFile(join(consumer!.folder, 'orders.sqlite'), 'latin1');
    expect(file).toContain('CREATE TABLE "users"');
    await shared.stop();
  });

  it('is what commands work on: its users, its database and its routes', async () => {
    const settings = { SHARED: 'shared' };
    const command = (args: string[], input?: string) =>
      consumer!.command([...args, '--app', 'dist/app.module.js'], settings, input);
    const made = await command(['admin', 'create', 'root-of-all'], `${PASSWORD}\n`);
    expect(made).toEqual({ code: 0, output: '"root-of-all" is an admin and may log in.\n', errors: '' });
    const shared = await consumer!.start('main', settings);
    const credentials = { username: 'root-of-all', password: PASSWORD };
    await client(shared).post('/api/v1/auth/login').send(credentials).expect(200);
    await shared.stop();
    expect(await readdir(join(consumer!.folder, 'shared'))).not.toContain('latchkey.sqlite');

    const { code, output } = await command(['routes', '--check']);
    expect(code).toBe(0);
    const lines = output.split('\n').map((line) => line.split(/ {2,}/));
    expect(lines).toContainEqual(['POST', '/orders', 'users', 'OrdersController.place']);
    expect(lines).toContainEqual(['POST', '/orders/paid', 'everyone', 'OrdersController.paid']);
    expect(lines).toContainEqual(['DELETE', '/api/v1/users/:id', 'owner (id)', 'UsersApiController.remove']);
    expect(output).not.toContain('/users/login');
  });

  it('may have a global prefix, below which the API and the guards work', async () => {
    const prefixed = await consumer!.start('main', { PREFIX: 'v2' });
    const credentials = { username: 'ada-prefixed', password: PASSWORD };
    const ada = client(prefixed);
    await ada.post('/v2/api/v1/auth/signup').send(credentials).expect(201);
    await ada.post('/v2/api/v1/auth/login').send(credentials).expect(200);
    await ada.post('/v2/orders').send({ amount: 2 }).expect(201);
    await client(prefixed).get('/v2/orders').expect(401);
    await ada.post('/v2/orders').set('Origin', 'https://evil.example').send({ amount: 2 }).expect(403);
    await prefixed.stop();
  });

  it('starts without an error or a warning in its log', () => {
    expect(started.output).not.toMatch(/ERROR|DeprecationWarning/);
  });
});
