import { PASSWORD, TestApp } from '../support/app';
import { setCookie, submit } from '../support/page';
import { raw, requestText } from './exchange';

describe('A header', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  describe('of 20 kB', () => {
    it.each(['Cookie', 'X-Anything', 'Accept', 'Origin'])(
      '(%s) is refused with 431 and advice',
      async (name) => {
        const answer = await raw(app.port, requestText('GET / HTTP/1.1', [`${name}: ${'x'.repeat(20_000)}`]));
        expect(answer.status).toBe(431);
        expect(answer.text).toMatch(/Clear the cookies of this site/);
        expect(answer.headers).toMatchObject({
          connection: 'close',
          'content-type': 'text/plain; charset=utf-8',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        });
      },
    );

    it('made of 400 cookies or in the address is refused too', async () => {
      const cookies = Array.from({ length: 400 }, (_, n) => `c${n}=${'v'.repeat(45)}`).join('; ');
      expect((await raw(app.port, requestText('GET / HTTP/1.1', [`Cookie: ${cookies}`]))).status).toBe(431);
      expect((await raw(app.port, requestText(`GET /?${'x'.repeat(20_000)} HTTP/1.1`))).status).toBe(431);
      expect((await raw(app.port, requestText('GET / HTTP/1.1'))).status).toBe(200);
    });
  });

  describe('of a response is never split by input', () => {
    const breaks = [
      '\r\nSet-Cookie: planted=1',
      '\nSet-Cookie: planted=1',
      '\r\n\r\n<script>',
      '\u010d\u010aSet-Cookie: planted=1',
    ];

    it.each(breaks)('in next, in a name, in a query: %j', async (text) => {
      const agent = app.agent();
      const encoded = encodeURIComponent(text);
      const answers = [
        await submit(agent, '/users/login', { username: 'ada', password: PASSWORD, next: `/users${text}` }),
        await submit(app.agent(), '/users/signup', { username: `bob${text}`, password: PASSWORD }),
        await app.agent().get(`/users/1${encoded}?next=${encoded}`),
        await app.agent().get(`/users/1?next=${encoded}`),
        await app.agent().get(`/users/login?next=/users${encoded}`),
        await app.agent().get(`/lab/cookies/set?username=ada${encoded}`),
        await agent.get(`/messages?cursor=${encoded}`),
        await app.agent().get(`/api/docs/x${encoded}`),
      ];
      for (const answer of answers) {
        expect(answer.status).toBeLessThan(500);
        expect(setCookie(answer, 'planted')).toBeUndefined();
        expect(Object.values(answer.headers).join(' ')).not.toMatch(/[\r\n]|<script>/);
      }
    });
  });

  it('of a client never decides where a redirect leads', async () => {
    const forged = [
      'Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: https',
      'X-Original-URL: /users/1/edit',
      'X-Rewrite-URL: /users/1/edit',
      'Forwarded: host=evil.example;proto=https',
    ];
    for (const header of forged) {
      const lines = ['GET /users/1 HTTP/1.1', 'Connection: close', 'Accept: text/html', header];
      if (!header.startsWith('Host')) lines.push('Host: localhost:3000');
      const answer = await raw(app.port, `${lines.join('\r\n')}\r\n\r\n`);
      expect(answer.status).toBe(303);
      expect(answer.headers.location).toBe('/users/login?next=%2Fusers%2F1');
      expect(answer.text).not.toContain('evil.example');
    }
  });
});
