import request, { type Response, type Test } from 'supertest';
import { BROWSER_ACCEPT, PASSWORD, type TestApp } from './app';

/**
 * A browser that uses several instances, over HTTPS through a proxy: it stores cookies by name only,
 * because supertest's agent would not send Secure ones to 127.0.0.1.
 */
export class CookieJar {
  readonly cookies = new Map<string, string>();

  get header(): string {
    return [...this.cookies].map(([name, text]) => `${name}=${text}`).join('; ');
  }

  async open(app: TestApp, path = '/users/welcome'): Promise<Response> {
    return this.take(await this.prepared(app, 'get', path));
  }

  async submit(app: TestApp, path: string, fields: Record<string, unknown> = {}): Promise<Response> {
    return this.take(await this.prepared(app, 'post', path).type('form').send(fields));
  }

  logIn(app: TestApp, username: string, remember?: 'on'): Promise<Response> {
    return this.submit(app, '/users/login', { username, password: PASSWORD, remember });
  }

  private prepared(app: TestApp, method: 'get' | 'post', path: string): Test {
    const agent = request(app.server);
    const scheme = app.baseUrl.split(':', 1)[0];
    const headers = { Accept: BROWSER_ACCEPT, Origin: app.baseUrl, 'X-Forwarded-Proto': scheme };
    const test = agent[method](path).set(headers);
    return this.cookies.size > 0 ? test.set('Cookie', this.header) : test;
  }

  /** Stores the cookies of a response, as a browser does. */
  take(answer: Response): Response {
    for (const line of (answer.headers['set-cookie'] ?? []) as unknown as string[]) {
      const [, name = '', text = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (text === '') this.cookies.delete(name);
      else this.cookies.set(name, text);
    }
    return answer;
  }
}
