import { createHash } from 'node:crypto';
import { Settings } from '../../src/options/settings';
import { hashOfSessionId } from '../../src/http/hash-of-session-id';
import { SessionEngine } from '../../src/sessions/session-engine';
import { PASSWORD, TestApp } from '../support/app';
import { cookiePair, setCookie, submit } from '../support/page';
import { countSessions, dump, LIVE, RecordingEngine } from '../support/probes';

/** The ID inside a session cookie: the part between `s:` and the signature. */
const idIn = (cookie: string) =>
  decodeURIComponent(cookie)
    .replace(/^sid=s:/, '')
    .split('.')[0];

describe('The ID of a session', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, [{ token: SessionEngine, useClass: RecordingEngine }]);
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  const login = (cookie = '') =>
    app
      .agent()
      .post('/api/v1/auth/login')
      .set('Cookie', cookie)
      .send({ username: 'ada', password: PASSWORD })
      .expect(200);
  const me = (cookie: string) => app.agent().get('/api/v1/auth/me').set('Cookie', cookie);
  const visit = (cookie: string) => app.agent().get('/').set('Cookie', cookie).expect(200);
  const engine = () => app.app.get<RecordingEngine>(SessionEngine);

  it('is 256 random bits, different each time', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => idIn(cookiePair(await login(), 'sid'))),
    );
    for (const id of ids) {
      expect(id).toMatch(/^[\w-]{43}$/);
      expect(Buffer.from(id, 'base64url')).toHaveLength(32);
    }
    expect(new Set(ids).size).toBe(20);
  });

  it('is as random when a thousand are created at once', async () => {
    const ids: string[] = [];
    const make = async () => {
      for (let i = 0; i < 25; i += 1) {
        ids.push(idIn(cookiePair(await submit(app.agent(), '/lab/counter').expect(303), 'sid')));
      }
    };
    await Promise.all(Array.from({ length: 40 }, make));

    expect(new Set(ids).size).toBe(1_000);
    // Each of the 256 bits is set in about half of them: in 500, plus or minus seven times the standard deviation of 16.
    const bytes = ids.map((id) => Buffer.from(id, 'base64url'));
    for (let bit = 0; bit < 256; bit += 1) {
      const set = bytes.filter((id) => (id[bit >> 3] >> (bit & 7)) & 1).length;
      expect(Math.abs(set - 500)).toBeLessThan(112);
    }
  });

  it('changes at log-in: the old one is invalid, also in the store', async () => {
    const before = cookiePair(await submit(app.agent(), '/lab/counter').expect(303), 'sid');
    const after = cookiePair(await login(before), 'sid');

    expect(idIn(after)).not.toBe(idIn(before));
    await me(before).expect(401);
    await me(after).expect(200);
    const old = `id_hash = '${hashOfSessionId(idIn(before))}'`;
    expect(await countSessions(app, `${old} AND end_reason = 'rotated'`)).toBe(1);
    expect(await countSessions(app, `${old} AND ${LIVE}`)).toBe(0);
  });

  it('changes when a logged-in user logs in again', async () => {
    const first = cookiePair(await login(), 'sid');
    const second = cookiePair(await login(first), 'sid');
    expect(idIn(second)).not.toBe(idIn(first));
    await me(first).expect(401);
    await me(second).expect(200);
  });

  it('differs between two parallel log-ins of one browser, and the previous one ends', async () => {
    const before = cookiePair(await login(), 'sid');
    const answers = await Promise.all([login(before), login(before)]);
    const [one, other] = answers.map((answer) => cookiePair(answer, 'sid'));
    expect(idIn(one)).not.toBe(idIn(other));
    await me(one).expect(200);
    await me(other).expect(200);
    await me(before).expect(401);
  });

  it('is invalid in the store after log-out, and its cookie is cleared with its attributes', async () => {
    const set = await login();
    const cookie = cookiePair(set, 'sid');
    const out = await app.agent().post('/api/v1/auth/logout').set('Cookie', cookie).expect(204);

    expect(setCookie(set, 'sid')).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(setCookie(out, 'sid')).toBe(
      'sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
    );
    expect(out.headers['clear-site-data']).toBe('"cache"');
    await me(cookie).expect(401);
    expect(await countSessions(app, `id_hash = '${hashOfSessionId(idIn(cookie))}' AND ${LIVE}`)).toBe(0);
  });

  it('of other devices stays valid after a log-out', async () => {
    const [one, other] = [cookiePair(await login(), 'sid'), cookiePair(await login(), 'sid')];
    await app.agent().post('/api/v1/auth/logout').set('Cookie', one).expect(204);
    await me(one).expect(401);
    await me(other).expect(200);
  });

  it('is stored only as SHA-256: an attacker who reads the database cannot log in with it', async () => {
    const answer = await login();
    const cookie = cookiePair(answer, 'sid');
    const welcome = await app.agent().get('/users/welcome').set('Cookie', cookie).expect(200);
    const csrfToken = /name="_csrf" value="([^"]+)"/.exec(welcome.text)![1];
    const stolen = await dump(app);

    expect(stolen).toContain(createHash('sha256').update(idIn(cookie)).digest('base64url'));
    expect(stolen).not.toContain(idIn(cookie));
    expect(stolen).not.toContain(decodeURIComponent(cookie).split('.')[1]);
    expect(stolen).not.toContain(csrfToken);
    expect(stolen).not.toContain(PASSWORD);
    for (const secret of app.app.get(Settings).sessionSecrets) expect(stolen).not.toContain(secret);
  });

  describe('that we did not issue', () => {
    const unknown = 'A'.repeat(43);

    it.each([
      ['unsigned', `sid=${unknown}`],
      ['signed by an attacker', `sid=s%3A${unknown}.${'B'.repeat(43)}`],
      ['with a signature that is too short', `sid=s%3A${unknown}.AAAA`],
      ['empty', 'sid='],
      ['no text that can be decoded', 'sid=s%3A%E0%A4%A'],
    ])('is refused when it is %s, without asking the store', async (_, cookie) => {
      const rows = await countSessions(app);
      engine().calls.length = 0;
      const page = await visit(cookie);
      await me(cookie).expect(401);

      expect(engine().calls).toEqual([]);
      expect(setCookie(page, 'sid')).toBeUndefined();
      expect(await countSessions(app)).toBe(rows);
    });

    it('is not adopted even with a valid signature: the new session gets a new ID', async () => {
      const cookie = cookiePair(await submit(app.agent(), '/lab/counter'), 'sid');
      await app.write('DELETE FROM sessions');
      const page = await visit(cookie);
      expect(setCookie(page, 'sid')).toBeUndefined();
      expect(await countSessions(app)).toBe(0);

      const started = await submit(app.agent().set('Cookie', cookie), '/lab/counter').expect(303);
      expect(idIn(cookiePair(started, 'sid'))).not.toBe(idIn(cookie));
      expect(await countSessions(app)).toBe(1);
      expect(await countSessions(app, `id_hash = '${hashOfSessionId(idIn(cookie))}'`)).toBe(0);
    });

    it('is not adopted after it has expired', async () => {
      const cookie = cookiePair(await login(), 'sid');
      app.clock.advance(31 * 60_000);
      const started = await submit(app.agent().set('Cookie', cookie), '/lab/counter').expect(303);
      expect(idIn(cookiePair(started, 'sid'))).not.toBe(idIn(cookie));
      await me(cookie).expect(401);
    });

    it('is refused beside another cookie of its name, planted before or after ours', async () => {
      const ours = cookiePair(await login(), 'sid');
      const planted = cookiePair(await submit(app.agent(), '/lab/counter'), 'sid');
      for (const cookies of [
        `${planted}; ${ours}`,
        `${ours}; ${planted}`,
        `sid =${planted.slice(4)}; ${ours}`,
      ]) {
        const answer = await me(cookies).expect(400);
        expect(answer.text).toContain('two different cookies');
      }
      await me(`${ours}; ${ours}`).expect(200);
    });
  });
});
