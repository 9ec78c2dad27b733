import { PASSWORD, TestApp } from '../support/app';
import { raw, requestText } from './exchange';
import { expectNothingStored } from './refusals';

const JSON_TYPE = 'application/json';
const API = '/api/v1/auth/signup';

describe('A body', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  describe('with a wrong or ambiguous length', () => {
    const json = JSON.stringify({ username: 'bob', password: PASSWORD });

    it('stores nothing when it ends early', async () => {
      await expectNothingStored(app, async () => {
        const headers = [`Content-Type: ${JSON_TYPE}`, `Content-Length: ${json.length + 10}`];
        await raw(app.port, requestText(`POST ${API} HTTP/1.1`, headers, json), true);
        const chunked = [`Content-Type: ${JSON_TYPE}`, 'Transfer-Encoding: chunked'];
        const cut = `${json.length.toString(16)}\r\n${json}\r\n`;
        await raw(app.port, requestText(`POST ${API} HTTP/1.1`, chunked, cut), true);
        expect((await raw(app.port, requestText('GET /users/login HTTP/1.1'))).status).toBe(200);
      });
    });

    it('is refused when it continues after its end', async () => {
      const headers = [`Content-Type: ${JSON_TYPE}`, `Content-Length: ${json.length - 1}`];
      await expectNothingStored(app, async () => {
        const answer = await raw(app.port, requestText(`POST ${API} HTTP/1.1`, headers, json));
        expect(answer.status).toBe(400);
      });
    });

    it.each([
      ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
      ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
      ['a length that is no number', ['Content-Length: 5x']],
      ['a negative length', ['Content-Length: -1']],
      ['chunks of an unknown kind', ['Transfer-Encoding: chunked, x']],
      ['a space before the colon', ['Transfer-Encoding : chunked']],
    ])('or is told in two ways is refused, and the connection closed: %s', async (_, headers) => {
      await expectNothingStored(app, async () => {
        const smuggled = `0\r\n\r\nGET /users HTTP/1.1\r\nHost: x\r\n\r\n`;
        const line = `POST ${API} HTTP/1.1`;
        const answer = await raw(
          app.port,
          requestText(line, [`Content-Type: ${JSON_TYPE}`, ...headers], smuggled),
        );
        expect(answer.status).toBe(400);
        expect(answer.headers.connection).toBe('close');
        expect(answer.text).toBe('The request could not be understood.');
      });
    });
  });
});
