import type { Response, Test } from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import { formsOf, type HtmlForm } from './html-form';

/** The headers of a browser that opens a page. */
const BROWSER_ACCEPT = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/** A supertest agent with the cookies of one browser, the origin of the application, and no redirects followed. */
export interface LatchkeyTestAgent extends TestAgent {
  /** The form of a page, which `submit()` opens. */
  form(path: string): PageForm;
  /** Undefined before a session has begun. */
  sessionCookie(): string | undefined;
}

/** @param arePagesOn a browser prefers pages; without pages it is a client of the API. */
export function asBrowser(
  agent: TestAgent,
  { origin, cookie, arePagesOn }: { origin: string; cookie: string; arePagesOn: boolean },
): LatchkeyTestAgent {
  agent.set({ Origin: origin, ...(arePagesOn && { Accept: BROWSER_ACCEPT }) }).redirects(0);
  const access = { domain: '127.0.0.1', path: '/', secure: false, script: false };
  return Object.assign(agent, {
    form: (path: string) => new PageForm(agent, path),
    sessionCookie: () => agent.jar.getCookie(cookie, access)?.value,
  });
}

/** A form as a user sees it: fill in its fields, then send it with its hidden ones. */
export class PageForm {
  private readonly filled: Record<string, string> = {};

  constructor(
    private readonly agent: TestAgent,
    private readonly path: string,
  ) {}

  /** @param fields by their `name` in the HTML. */
  fill(fields: Record<string, string>): this {
    Object.assign(this.filled, fields);
    return this;
  }

  /**
   * Opens the page and sends the first form that has all the filled fields.
   * @returns the response to the form.
   * @throws Error that names the forms and fields of the page if there is none.
   */
  async submit(): Promise<Response> {
    const page = await this.agent.get(this.path).set('Accept', BROWSER_ACCEPT);
    if (page.status !== 200)
      throw new Error(`GET ${this.path} answers ${page.status}, not a page with a form`);
    const { action, method, values } = this.formOf(formsOf(page.text, this.path));
    const sent = { ...values, ...this.filled };
    const target = new URL(action, new URL(this.path, 'http://page'));
    const address = target.pathname + target.search;
    return this.sending(method, address, sent).set('Accept', BROWSER_ACCEPT);
  }

  private formOf(forms: HtmlForm[]): HtmlForm {
    const wanted = Object.keys(this.filled);
    const found = forms.find(({ names }) => wanted.every((name) => names.includes(name)));
    if (found) return found;
    const shown = forms.map(({ action, names }) => `  ${action}: ${names.join(', ')}`);
    throw new Error(
      [`No form of ${this.path} has the fields ${wanted.join(', ')}. Its forms:`, ...shown].join('\n'),
    );
  }

  private sending(method: string, address: string, fields: Record<string, string>): Test {
    return method === 'POST'
      ? this.agent.post(address).type('form').send(fields)
      : this.agent.get(address).query(fields);
  }
}
