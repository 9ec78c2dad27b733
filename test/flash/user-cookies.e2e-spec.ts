import { applicationWith, TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';
import { flashes } from '../support/page';
import { ProbeModule } from '../support/probe.module';

const HOUR = 3_600_000;

describe('The cookies with the flashes of a user', () => {
  let app: TestApp;
  let jar: CookieJar;

  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(ProbeModule));
    await app.signUp('ada');
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    jar = new CookieJar();
    await jar.logIn(app, 'ada');
    await jar.open(app);
  });

  const add = (text: string) => jar.submit(app, `/probe/flash?level=info&text=${encodeURIComponent(text)}`);
  const shown = async () => flashes(await jar.open(app, '/probe/page'));
  const carriers = () => [...jar.cookies.keys()].filter((name) => name.startsWith('flash'));

  it('end with the browser and have names of their own', async () => {
    const answers = [await add('one'), await add('two')];
    for (const { headers } of answers) {
      expect(headers['set-cookie']).toEqual([
        expect.stringMatching(/^flash-[\w-]{22}=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/),
      ]);
    }
    expect(carriers()).toHaveLength(2);
  });

  it('are all cleared by the page that shows them', async () => {
    await add('one');
    await add('two');
    expect(await shown()).toEqual(['one', 'two']);
    expect(carriers()).toEqual([]);
    expect(await shown()).toEqual([]);
  });

  it('store nothing in the session', async () => {
    const stored = () => app.dataSource.query<object[]>('SELECT * FROM sessions ORDER BY id_hash');
    const before = await stored();
    await add('one');
    await shown();
    expect(await stored()).toEqual(before);
  });

  it('wait longer than five minutes, and at most as long as a session', async () => {
    await add('patient');
    const { header } = jar;
    app.clock.advance(HOUR / 2 - 1_000);
    expect(await shown()).toEqual(['patient']);
    app.clock.advance(12 * HOUR);
    const late = await app.agent().get('/probe/page').set('Cookie', header);
    expect(flashes(late)).not.toContain('patient');
  });

  it('stay small when no page is opened, and keep the newest flashes', async () => {
    for (let index = 0; index < 60; index += 1) await add(`flash ${index}`);
    expect(jar.header.length).toBeLessThan(4_500); // with the session and the device
    const numbers = (await shown()).map((text) => Number(text.split(' ')[1]));
    expect(numbers.length).toBeGreaterThan(15);
    expect(numbers).toEqual(numbers.map((_, index) => 60 - numbers.length + index));
    expect(carriers()).toEqual([]);
  });

  it('stay small when responses come in parallel and no page is opened', async () => {
    for (let wave = 0; wave < 6; wave += 1) {
      await Promise.all(
        Array.from({ length: 6 }, (_, index) => add(`flash ${wave}.${index} ${'x'.repeat(200)}`)),
      );
      expect(jar.header.length).toBeLessThan(9_000);
    }
    expect((await shown()).length).toBeGreaterThan(3);
    expect(carriers()).toEqual([]);
  });

  it('of a long text has one name, so that parallel responses replace one another', async () => {
    await Promise.all([add('x'.repeat(1_000)), add('y'.repeat(1_000))]);
    expect(carriers()).toEqual(['flash-joined']);
    expect(await shown()).toHaveLength(1);
    expect(carriers()).toEqual([]);
  });

  it('show a flash once that two cookies carry', async () => {
    await add('twice');
    const [name = ''] = carriers();
    const { header } = jar;
    for (let index = 0; index < 40; index += 1) await add(`flash ${index} ${'x'.repeat(60)}`);
    const both = `${jar.header}; ${header.split('; ').find((pair) => pair.startsWith(name))}`;
    const page = await app.agent().get('/probe/page').set('Cookie', both);
    expect(flashes(page).filter((text) => text === 'twice')).toHaveLength(1);
  });

  it('leave the cookies of other applications alone', async () => {
    jar.cookies.set('flash-sale', 'on');
    await add('ours');
    expect(await shown()).toEqual(['ours']);
    expect(jar.cookies.get('flash-sale')).toBe('on');
  });

  it('are worth nothing under another name', async () => {
    await add('genuine');
    const [name = ''] = carriers();
    jar.cookies.set(`flash-${'A'.repeat(22)}`, jar.cookies.get(name)!);
    jar.cookies.delete(name);
    expect(await shown()).toEqual([]);
  });
});
