import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { PASSWORD, type TestApp } from './app';

/** Long enough for a busy machine, short enough to report what was missing before Jest gives up. */
const TIMEOUT_MS = 10_000;

/** A user with a browser: actions on pages, and what the pages show. */
export class Visitor {
  private constructor(
    readonly page: Page,
    readonly baseUrl: string,
  ) {}

  static async in(browser: Browser, app: TestApp, options: BrowserContextOptions = {}): Promise<Visitor> {
    return Visitor.of(await browser.newContext({ baseURL: app.baseUrl, ...options }), app);
  }

  /** In an existing context with `baseURL` set. */
  static async of(context: BrowserContext, app: TestApp): Promise<Visitor> {
    context.setDefaultTimeout(TIMEOUT_MS);
    return new Visitor(await context.newPage(), app.baseUrl);
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  get path(): string {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(path);
  }

  /** Fills in fields by their labels and presses a button. */
  async submit(fields: Record<string, string>, button: string): Promise<void> {
    const form = this.page.getByRole('main');
    for (const [label, value] of Object.entries(fields)) {
      await form.getByLabel(label, { exact: true }).fill(value);
    }
    await form.getByRole('button', { name: button, exact: true }).click();
  }

  async follow(link: string): Promise<void> {
    await this.page.getByRole('main').getByRole('link', { name: link, exact: true }).click();
  }

  async signUp(username: string): Promise<void> {
    await this.open('/users/signup');
    await this.submit({ Username: username, Password: PASSWORD }, 'Sign up');
  }

  async logIn(username: string): Promise<void> {
    await this.open('/users/login');
    await this.submit({ Username: username, Password: PASSWORD }, 'Log in');
  }

  async logOut(): Promise<void> {
    await this.page.getByRole('banner').getByRole('button', { name: 'Log out' }).click();
  }

  async isLoggedIn(): Promise<boolean> {
    return (await this.context.request.get('/api/v1/auth/me')).ok();
  }

  flashes(): Promise<string[]> {
    return this.page.locator('.flash').allInnerTexts();
  }

  heading(): Promise<string> {
    return this.page.getByRole('heading', { level: 1 }).innerText();
  }

  text(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  /** Another tab of the same browser. */
  async openTab(): Promise<Visitor> {
    return new Visitor(await this.context.newPage(), this.baseUrl);
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
