import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { PASSWORD, TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  app = await TestApp.startForBrowser();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await app.close();
});

async function openDocs(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`${app.baseUrl}/api/docs`);
  await page.locator('.opblock').first().waitFor();
  return page;
}

/** Presses Execute on an operation. @returns the status and the body that the page then shows */
async function tryOut(
  page: Page,
  operationId: string,
  body?: object,
): Promise<{ status: string; body: string }> {
  const operation = page.locator(`[id^="operations-"][id$="-${operationId}"]`);
  const execute = operation.getByRole('button', { name: 'Execute' });
  const clear = operation.getByRole('button', { name: 'Clear' });
  if (!(await execute.isVisible())) await operation.locator('.opblock-summary-control').click();
  if (await clear.isVisible()) await clear.click(); // the answer before
  if (body) await operation.getByRole('textbox', { name: 'Request body' }).fill(JSON.stringify(body));
  await execute.click();
  const answer = operation.locator('.live-responses-table .response');
  const status = await answer.locator('.response-col_status').innerText();
  const [shown = ''] = await answer.locator('code').allInnerTexts(); // after the body come the headers
  return { status: status.trim(), body: shown };
}

describe('Trying the API out on its documentation page', () => {
  let page: Page;
  const violations: string[] = [];

  beforeAll(async () => {
    const context = await browser.newContext();
    await context.exposeFunction('noteViolation', (what: string) => violations.push(what));
    await context.addInitScript(`
      document.addEventListener('securitypolicyviolation', (event) =>
        noteViolation(event.violatedDirective + ' ' + event.blockedURI));
    `);
    page = await context.newPage();
    await page.goto(`${app.baseUrl}/api/docs`);
    await page.locator('.opblock').first().waitFor();
  });
  afterAll(() => page.context().close());

  it('refuses a guest', async () => {
    const { status, body } = await tryOut(page, 'Auth_me');
    expect(status).toBe('401');
    expect(JSON.parse(body)).toMatchObject({ title: 'Unauthorized', detail: 'Please log in first' });
  });

  it('signs up with the example as it stands', async () => {
    const { status, body } = await tryOut(page, 'Auth_signup');
    expect(status).toBe('201');
    expect(JSON.parse(body)).toMatchObject({ username: 'ada', email: 'ada@example.com' });
  });

  it('logs in with the example as it stands', async () => {
    expect((await tryOut(page, 'Auth_login')).status).toBe('200');
  });

  it('sends the session cookie along from then on', async () => {
    const { status, body } = await tryOut(page, 'Auth_me');
    expect(status).toBe('200');
    expect(JSON.parse(body)).toMatchObject({ username: 'ada', emailVerified: false });
  });

  it('changes things as their owner', async () => {
    const { status, body } = await tryOut(page, 'Messages_create', { content: 'Written on the docs page' });
    // The example names user 1, who was the first to sign up.
    expect(status).toBe('201');
    expect(JSON.parse(body)).toMatchObject({ content: 'Written on the docs page', author: { id: 1 } });
  });

  it('logs out, and the user is a guest again', async () => {
    expect((await tryOut(page, 'Auth_logout')).status).toBe('204');
    expect((await tryOut(page, 'Auth_me')).status).toBe('401');
  });

  it('shows a failed log-in as a problem', async () => {
    const { status, body } = await tryOut(page, 'Auth_login', {
      username: 'ada',
      password: `not ${PASSWORD}`,
    });
    expect(status).toBe('401');
    expect(JSON.parse(body)).toMatchObject({ detail: 'Invalid credentials. Please try again.' });
  });

  it('needed nothing that the content security policy forbids', () => {
    expect(violations).toEqual([]);
  });
});

describe('The documentation page', () => {
  it('says which routes ask for a log-in', async () => {
    const page = await openDocs();
    const closed = page.locator('.opblock', { hasText: 'log in first' });
    expect(await closed.filter({ hasText: '/api/v1/auth/me' }).count()).toBe(1);
    expect(await closed.filter({ hasText: '/api/v1/auth/login' }).count()).toBe(0);
    await page.context().close();
  });

  it.each([320, 1280])('fits a window %i pixels wide, opened operations too', async (width) => {
    const page = await openDocs({ viewport: { width, height: 800 } });
    for (const operation of ['users-Users_update', 'auth-Auth_login', 'messages-Messages_everyones']) {
      await page.locator(`#operations-${operation} .opblock-summary-control`).click();
      await page.locator(`#operations-${operation} .opblock-body`).waitFor();
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const panel = "document.querySelector('.api-docs')";
    expect(await page.evaluate(`${panel}.scrollWidth - ${panel}.clientWidth`)).toBe(0);
    await page.context().close();
  });

  it('shows only its notice without JavaScript', async () => {
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await page.goto(`${app.baseUrl}/api/docs`);
    await page.locator('noscript .empty').waitFor();
    expect(await page.locator('.api-docs').isVisible()).toBe(false);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)(
    'has the colours of a %s system, with contrast to read',
    async (colorScheme) => {
      const page = await openDocs({ colorScheme, bypassCSP: true }); // for axe alone
      await page.locator('#operations-auth-Auth_signup .opblock-summary-control').click();
      await page.locator('#operations-auth-Auth_signup .opblock-body').waitFor();
      await page.addScriptTag({ content: readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8') });
      const violations = await page.evaluate(
        `axe.run().then(({ violations }) => violations.filter(({ impact }) => impact !== 'minor').map(({ id }) => id))`,
      );
      expect(violations).toEqual([]);
      const paper = await page.evaluate(
        `getComputedStyle(document.querySelector('.api-docs')).backgroundColor`,
      );
      expect(paper).toBe(colorScheme === 'dark' ? 'rgb(28, 32, 34)' : 'rgb(255, 255, 255)');
      await page.context().close();
    },
  );
});
