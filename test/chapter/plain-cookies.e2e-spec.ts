import { hashOfSessionId } from '../../src/http/hash-of-session-id';
import { TestApp } from '../support/app';
import { cookiePair, fieldValue, setCookie, submit } from '../support/page';

const NONE = 'Your browser sent no cookie named <code>username</code>.';

describe('Plain cookies and the lab', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  // The chapter's page says "All done!!" in every case; ours shows what it read.
  it.each([
    ['no cookie', undefined],
    ['others only', 'other=1; usernames=x'],
    ['an empty one', 'username='],
  ])('34. with %s there is no name, and no error', async (_, cookie) => {
    const request = app.agent().get('/lab/cookies');
    const page = await (cookie ? request.set('Cookie', cookie) : request).expect(200);
    expect(page.text).toContain(NONE);
    expect(fieldValue(page, 'username')).toBe('');
  });

  // Browsers default to SameSite=Lax; setting it makes that certain.
  it('35. the plain cookie is set unsigned and readable by scripts', async () => {
    const agent = app.agent();
    const answer = await agent.get('/lab/cookies/set?username=eschoppik').expect(303);
    expect(answer.headers.location).toBe('/lab/cookies');
    expect(setCookie(answer, 'username')).toBe('username=eschoppik; Path=/; SameSite=Lax');
    expect((await agent.get('/lab/cookies')).text).toContain('<code class="wire">username=eschoppik</code>');
  });

  it('35. the server believes a changed cookie', async () => {
    const page = await app.agent().get('/lab/cookies').set('Cookie', 'username=another-user');
    expect(page.text).toContain('username=another-user');
  });

  it('35. a changed cookie does not log in', async () => {
    await app.signUp('eschoppik');
    await app.agent().get('/users/welcome').set('Cookie', 'username=eschoppik').expect(303);
  });

  it.each(['<script>alert(1)</script>', 'a; Domain=evil.example', 'a\r\nSet-Cookie: b=1', 'grüße "&" %'])(
    'stores %j unchanged: it becomes no markup, attribute or header',
    async (username) => {
      const agent = app.agent();
      const answer = await agent.get('/lab/cookies/set').query({ username });
      expect(answer.status).toBe(303);
      expect(answer.headers['set-cookie']).toHaveLength(1);
      expect(setCookie(answer, 'username')).toMatch(/^username=[^;\s]+; Path=\/; SameSite=Lax$/);
      const page = await agent.get('/lab/cookies');
      expect(fieldValue(page, 'username')).toBe(username);
      expect(page.text).not.toContain('<script>');
    },
  );

  it.each(['', '?username=', '?username=%20', `?username=${'x'.repeat(201)}`, '?username=a&username=b'])(
    'sets no cookie for /lab/cookies/set%s',
    async (query) => {
      const answer = await app.agent().get(`/lab/cookies/set${query}`).expect(422);
      expect(answer.headers['set-cookie']).toBeUndefined();
    },
  );

  it('the lab shows what each kind of session sends and what the server stores', async () => {
    const agent = app.agent();
    const sid = cookiePair(await submit(agent, '/lab/counter').expect(303), 'sid');
    await submit(agent, '/lab/counter');
    await agent.get('/start_counter');
    const session = cookiePair(await agent.get('/count'), 'session');

    const { text } = await agent.get('/lab').expect(200);
    const counts = [...text.matchAll(/<p class="count">(\d+)<\/p>/g)].map(([, count]) => count);
    expect(counts).toEqual(['2', '1']);
    const id = /^sid=(s%3A([\w-]{43})\..*)$/.exec(sid)!;
    expect(text).toContain(`<code class="wire">${hashOfSessionId(id[2])}</code>`);
    expect(text).toContain(session.replace('session=', ''));
    expect(text).toContain('{&quot;count&quot;:1}');
  });

  // The chapter claims both "in memory on the server" and that a restart is survived: ours says which applies to which.
  it('the lab says what each kind of session survives', async () => {
    const { text } = await app.agent().get('/lab').expect(200);
    const rows = [...text.matchAll(/<tr><th scope="row">(.*?)<\/th><td>(\w+).*?<td>(\w+)/g)];
    expect(Object.fromEntries(rows.map(([, what, server, signed]) => [what, [server, signed]]))).toEqual({
      'Visitor can read it': ['No', 'Yes'],
      'Visitor can change it': ['No', 'No'],
      'Survives a restart of the server': ['Yes', 'Yes'],
      'Survives quitting the browser': ['No', 'No'],
      'Survives logging out': ['No', 'Yes'],
      'A copied cookie works after that': ['No', 'Yes'],
    });
  });

  it('the lab counts only by POST, and its counter can be cleared', async () => {
    const agent = app.agent();
    await submit(agent, '/lab/counter').expect(303);
    await agent.get('/lab/counter').expect(405);
    await submit(agent, '/lab/counter/clear').expect(303);
    expect((await agent.get('/lab')).text.match(/No counter set/g)).toHaveLength(2);
  });

  it('the lab detects a changed signed cookie and rejects it', async () => {
    const forged = `session=${Buffer.from('{"count":999}').toString('base64url')}.1.${'A'.repeat(43)}`;
    const { text } = await app.agent().get('/lab').set('Cookie', forged).expect(200);
    expect(text).toContain('{&quot;count&quot;:999}'); // clients can read its content, forged or not
    expect(text).not.toContain('<p class="count">999</p>');
  });
});
