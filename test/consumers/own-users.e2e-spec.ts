import { client, Consumer, PASSWORD } from '../support/consumer';
import { fieldError, fieldValue, submit } from '../support/page';
import type { Started } from '../support/process';

const GRACE = { username: 'grace', password: PASSWORD, department: 'Sales', badge: '4711' };

describe('An application whose users have columns of its own', () => {
  let consumer: Consumer | undefined;
  let started: Started;

  beforeAll(async () => {
    consumer = await Consumer.installed('own-users');
    started = await consumer.start();
  }, 180_000);
  afterAll(() => consumer?.remove());

  const guest = () => client(started).set('Accept', 'text/html');

  it('shows their fields in the form of the sign-up, after those of Latchkey', async () => {
    const { text } = await guest().get('/users/signup').expect(200);
    const form = text.slice(text.indexOf('id="password"'));
    expect(form).toContain('<label for="department">Your department</label>');
    expect(form).toContain('<select id="department" name="department" required>');
    expect(form).toContain('<option>Sales</option>');
    expect(form).toContain('<label for="badge">Badge</label>');
    expect(form).toContain('The number on your card');
    expect(form).toMatch(/<input id="badge" name="badge" type="text" value="" maxlength="10"/);
  });

  it('shows the form again with the error at such a field, and what was typed', async () => {
    const fields = { ...GRACE, department: 'Piracy', badge: '4711-4711-4711' };
    const answer = await submit(guest(), '/users/signup', fields).expect(422);
    expect(fieldError(answer, 'department')).toContain('must be one of');
    expect(fieldError(answer, 'badge')).toContain('shorter than or equal to 10');
    expect(fieldValue(answer, 'badge')).toBe('4711-4711-4711');
    const again = await submit(guest(), '/users/signup', { ...GRACE, password: 'short' }).expect(422);
    expect(again.text).toContain('<option selected>Sales</option>');
  });

  it('gives its own routes the fields on the principal, and their owner all of them', async () => {
    await submit(guest(), '/users/signup', GRACE).expect(303);
    const agent = client(started);
    await agent.post('/api/v1/auth/login').send({ username: 'grace', password: PASSWORD }).expect(200);
    await agent.get('/desk').expect(200, { username: 'grace', department: 'SALES' });
    const { body } = await agent.get('/api/v1/auth/me').expect(200);
    expect(body).toMatchObject({ username: 'grace', department: 'Sales', badge: '4711' });
    await agent.post('/desk').expect(204);
    await agent.get('/desk').expect(200, { username: 'grace', department: 'RESEARCH' });
  });

  it('refuses a field that the sign-up does not have, and one without a value', async () => {
    const signUp = (fields: object) =>
      client(started)
        .post('/api/v1/auth/signup')
        .send({ username: 'bob', password: PASSWORD, ...fields });
    await signUp({ department: 'Sales', salary: 1 }).expect(400);
    const { body } = await signUp({}).expect(422);
    expect(body.errors).toEqual({ department: ['This field is required.'] });
  });

  it('describes them in its OpenAPI document', async () => {
    const { body } = await client(started).get('/api/openapi.json').expect(200);
    const { SignupDto, UserDto } = body.components.schemas;
    expect(SignupDto.required).toEqual(['username', 'password', 'department']);
    expect(SignupDto.properties.department).toMatchObject({ type: 'string', enum: ['Sales', 'Research'] });
    expect(UserDto.properties.badge.description).toBe('The number on your card. Only to its owner');
    expect(body.components.schemas).not.toHaveProperty('EmployeeSignup');
  });

  it('does not start without its migration, and is told which columns the table lacks', async () => {
    const start = await consumer!.run('unmigrated');
    expect((await start.ended).code).toBe(1);
    expect(start.output).toContain('users.entity: the table users lacks "department", "badge". Add it');
    expect(start.output).not.toMatch(/^\s+at /m);
  });

  it('starts without an error in its log', () => expect(started.output).not.toContain('ERROR'));
});
