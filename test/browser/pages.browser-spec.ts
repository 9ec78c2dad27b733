import type { Browser, BrowserContextOptions } from 'playwright-core';
import { TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';
import { Visitor } from '../support/visitor';
import { EVERY_PAGE, type Inhabitants, settle, type Viewer } from './every-page';
import { NO_FINDINGS, PageReview } from './page-review';

type Cookies = BrowserContextOptions['storageState'];

describe('Every page is valid, accessible in light and dark, fits 320 px and keeps to its own origin', () => {
  let app: TestApp;
  let browser: Browser;
  let inhabitants: Inhabitants;
  const cookiesOf: Partial<Record<Viewer, Cookies>> = {};

  beforeAll(async () => {
    app = await TestApp.startForBrowser();
    browser = await launchChromium();
    inhabitants = await settle(app);
    cookiesOf.lateUser = await logInForCookies();
    app.clock.advance(11 * 60_000);
    cookiesOf.user = await logInForCookies();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  async function logInForCookies(): Promise<Cookies> {
    const visitor = await Visitor.in(browser, app);
    await visitor.logIn('ada');
    const cookies = await visitor.context.storageState();
    await visitor.leave();
    return cookies;
  }

  it.each(EVERY_PAGE)('$viewer: $name', async ({ viewer, status, reach }) => {
    const visitor = await Visitor.in(browser, app, { storageState: cookiesOf[viewer] });
    const review = new PageReview(visitor.page, app.baseUrl);
    await reach(visitor, inhabitants);
    expect(review.status).toBe(status);
    expect(await review.findings()).toEqual(NO_FINDINGS);
    await visitor.leave();
  });
});
