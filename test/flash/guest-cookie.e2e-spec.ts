import { SignedCookies } from '../../src/sessions/signed-cookies';
import { applicationWith, TestApp } from '../support/app';
import { cookiePair, flashes, setCookie } from '../support/page';
import { ProbeModule } from '../support/probe.module';

const MINUTE = 60_000;

describe('The cookie with the flashes of a guest', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(ProbeModule));
  });
  afterAll(() => app.close());

  const add = (text: string, cookie = '') =>
    app
      .agent()
      .post(`/probe/flash?level=info&text=${encodeURIComponent(text)}`)
      .set('Cookie', cookie)
      .expect(303);
  const shown = async (cookie: string) =>
    flashes(await app.agent().get('/probe/page').set('Cookie', cookie).expect(200));

  it('lasts five minutes, in the browser and on the server', async () => {
    const answer = await add('soon gone');
    expect(setCookie(answer, 'flash')).toMatch(
      /^flash=[\w.-]+; Max-Age=300; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
    const cookie = cookiePair(answer, 'flash');
    app.clock.advance(5 * MINUTE - 2_000);
    expect(await shown(cookie)).toEqual(['soon gone']);
    app.clock.advance(3_000);
    expect(await shown(cookie)).toEqual([]);
  });

  it('is cleared with its attributes by the page that shows them', async () => {
    const cookie = cookiePair(await add('once'), 'flash');
    const page = await app.agent().get('/probe/page').set('Cookie', cookie);
    expect(setCookie(page, 'flash')).toBe(
      'flash=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
    );
    const next = await app.agent().get('/probe/page');
    expect(next.headers['set-cookie']).toBeUndefined();
  });

  it('is ignored if any character of it was changed', async () => {
    const cookie = cookiePair(await add('genuine'), 'flash');
    expect(await shown(cookie)).toEqual(['genuine']);
    for (let place = 'flash='.length; place < cookie.length; place += 1) {
      const other = cookie[place] === 'A' ? 'B' : 'A';
      expect(await shown(cookie.slice(0, place) + other + cookie.slice(place + 1))).toEqual([]);
    }
  });

  it.each([
    ['empty', 'flash='],
    ['unsigned', `flash=${Buffer.from('[{"level":"info","text":"forged"}]').toString('base64url')}.1.x`],
    ['garbage', 'flash=%E0%A4%A.%00.;;;'],
    ['very long', `flash=${'A'.repeat(6_000)}`],
  ])('is worth nothing when it is %s, and leads to no error', async (_, cookie) => {
    expect(await shown(cookie)).toEqual([]);
  });

  it('is ignored if it was signed for another purpose', async () => {
    const signer = app.app.get(SignedCookies, { strict: false });
    const value = [{ level: 'info', text: 'borrowed' }];
    expect(await shown(`flash=${signer.seal('session', value)}`)).toEqual([]);
    expect(await shown(`flash=${signer.seal('flash', value)}`)).toEqual(['borrowed']);
  });

  it.each([
    ['null', null],
    ['a text', 'text'],
    ['a list of anything', [null, 1, 'x', { level: 1 }]],
    ['flashes without a text', { key: { level: 'info' } }],
  ])('of another version that holds %s is worth nothing', async (_, content) => {
    const cookies = app.app.get(SignedCookies, { strict: false });
    expect(await shown(`flash=${cookies.seal('flash', content)}`)).toEqual([]);
  });

  it('drops the oldest ones when they are too many for a cookie, and stays below the limit of browsers', async () => {
    let cookie = '';
    for (let index = 0; index < 40; index += 1) {
      const answer = await add(`flash ${index} ${'x'.repeat(100)}`, cookie);
      const line = setCookie(answer, 'flash')!;
      expect(Buffer.byteLength(line)).toBeLessThan(4_096);
      cookie = cookiePair(answer, 'flash');
    }
    const numbers = (await shown(cookie)).map((text) => Number(text.split(' ')[1]));
    expect(numbers.length).toBeGreaterThan(5);
    expect(numbers).toEqual(numbers.map((_, index) => 40 - numbers.length + index));
  });

  it('drops a flash that is too long for any cookie', async () => {
    const answer = await add('x'.repeat(5_000));
    expect(Buffer.byteLength(setCookie(answer, 'flash') ?? '')).toBeLessThan(4_096);
  });
});
