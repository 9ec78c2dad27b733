import request, { type Response } from 'supertest';
import { BROWSER_ACCEPT, type TestApp } from './app';
import type { CookieJar } from './cookie-jar';

/**
 * When the second request of a double click arrives: before the first response, after a response that is lost
 * with its cookies, or when its cookies have arrived and its page has not.
 */
export type Moment = 'at once' | 'when the answer to the first is lost' | 'before the next page is there';
export const MOMENTS: Moment[] = [
  'at once',
  'when the answer to the first is lost',
  'before the next page is there',
];

/** The hidden fields of the form at this address, as a browser would send them. */
export function hiddenFields(page: Pick<Response, 'text'>, action: string): Record<string, string> {
  const forms = [...page.text.matchAll(/<form[^>]* action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)];
  const form = forms.findLast(([, address]) => address.replace(/&#x3D;/g, '=') === action);
  if (!form) throw new Error(`The page has no form for ${action}`);
  const inputs = form[2].matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
  return Object.fromEntries([...inputs].map(([, name, value]) => [name, value]));
}

/** A form and the browser that it is open in. */
export class OpenForm {
  private constructor(
    private readonly jar: CookieJar,
    readonly action: string,
    readonly hidden: Record<string, string>,
  ) {}

  static async at(app: TestApp, jar: CookieJar, page: string, action = page): Promise<OpenForm> {
    return new OpenForm(jar, action, hiddenFields(await jar.open(app, page), action));
  }

  /** Sends the form with the browser's current cookies and does not change them. */
  async send(
    app: TestApp,
    fields: Record<string, string> = {},
    cookies = this.jar.header,
  ): Promise<Response> {
    const post = request(app.server)
      .post(this.action)
      .type('form')
      .set({ Origin: app.baseUrl, Accept: BROWSER_ACCEPT });
    if (cookies !== '') void post.set('Cookie', cookies);
    return post.send({ ...fields, ...this.hidden });
  }

  /** A double click. @returns the second response, whose cookies the browser then has. */
  async sendTwice(
    [one, other]: [TestApp, TestApp],
    fields: Record<string, string> = {},
    moment: Moment = 'at once',
  ): Promise<Response> {
    if (moment === 'at once') {
      const [, second] = await Promise.all([this.send(one, fields), this.send(other, fields)]);
      return this.jar.take(second);
    }
    const first = await this.send(one, fields);
    if (moment === 'before the next page is there') this.jar.take(first);
    return this.jar.take(await this.send(other, fields));
  }
}
