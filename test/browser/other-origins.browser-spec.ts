import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { PASSWORD, TestApp } from '../support/app';
import { launchChromium, launchPersistent } from '../support/chromium';
import { HttpsFront } from '../support/https-front';
import { OtherSite } from '../support/other-site';
import { Visitor } from '../support/visitor';

/** Private windows, which other contexts are, and some distributions block them. */
const COOKIES_OF_OTHER_SITES = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };

let spa: OtherSite;
let front: HttpsFront;
let browser: Browser;
let profile: string;
let app: TestApp;
let visitor: Visitor;

beforeAll(async () => {
  spa = await OtherSite.start();
  front = await HttpsFront.start();
  browser = await launchChromium();
  profile = await mkdtemp(join(tmpdir(), 'latchkey-profile-'));
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default/Preferences'), JSON.stringify(COOKIES_OF_OTHER_SITES));
});
afterAll(async () => {
  await browser.close();
  await front.close();
  await spa.close();
  await rm(profile, { recursive: true, force: true });
});
afterEach(async () => {
  await visitor.leave();
  await app.close();
});

/** A page of another origin on this machine, and an application that lists these origins. */
async function openLocal(origins?: string[]): Promise<Page> {
  const { sameSite } = spa.serve('');
  app = await TestApp.startForBrowser({ ORIGINS: (origins ?? [new URL(sameSite).origin]).join(',') });
  visitor = await Visitor.in(browser, app);
  return open(sameSite);
}

/** A page at app.HOST, and an application at api.company.example, both by HTTPS. */
async function openSecure(spaHost: string, environment: Record<string, string> = {}): Promise<Page> {
  const hostname = 'api.company.example';
  app = await TestApp.start({
    BASE_URL: front.at(hostname),
    TRUST_PROXY: '1',
    ORIGINS: front.at(spaHost),
    ...environment,
  });
  front.target = { hostname, port: app.port };
  const context = await launchPersistent(profile, {
    ignoreHTTPSErrors: true,
    args: ['--host-resolver-rules=MAP *.example 127.0.0.1'],
  });
  await context.clearCookies();
  visitor = await Visitor.of(context, app);
  return open(front.at(spaHost));
}

async function open(page: string): Promise<Page> {
  await app.signUp('ada');
  await visitor.page.goto(page);
  return visitor.page;
}

/** What a script of the page gets, or how the browser hides it. */
function call(page: Page, method: string, path: string, json?: object, headers: object = {}) {
  return page.evaluate(
    ([url, options]) =>
      fetch(url, options).then(
        async (response) => ({ status: response.status, body: await response.text() }),
        (error: unknown) => ({ status: 0, body: (error as Error).name }),
      ),
    [
      app.baseUrl + path,
      {
        method,
        credentials: 'include',
        headers: { ...(json && { 'Content-Type': 'application/json' }), ...headers },
        ...(json && { body: JSON.stringify(json) }),
      },
    ] as const,
  );
}

const sameSites = async () => [...new Set((await visitor.context.cookies()).map(({ sameSite }) => sameSite))];

const HIDDEN = { status: 0, body: 'TypeError' };
const credentials = { username: 'ada', password: PASSWORD };

async function statusesOfADay(page: Page): Promise<number[]> {
  const login = await call(page, 'POST', '/api/v1/auth/login', credentials);
  const me = await call(page, 'GET', '/api/v1/auth/me');
  const { id } = JSON.parse(me.body) as { id: number };
  const path = `/api/v1/users/${id}/messages`;
  const created = await call(page, 'POST', path, { content: 'From another origin' });
  const read = await call(page, 'GET', path);
  const changed = await call(page, 'PATCH', `/api/v1/users/${id}`, { username: 'ada' });
  const logout = await call(page, 'POST', '/api/v1/auth/logout');
  const after = await call(page, 'GET', '/api/v1/auth/me');
  return [login, me, created, read, changed, logout, after].map(({ status }) => status);
}

const DAY = [200, 200, 201, 200, 200, 204, 401];

it('A SPA on a listed origin logs in, reads, writes and logs out', async () => {
  expect(await statusesOfADay(await openLocal())).toEqual(DAY);
});

it('A SPA on app. does so at api. with SameSite=Lax cookies', async () => {
  const page = await openSecure('app.company.example', { SITE_DOMAIN: 'company.example' });
  expect(await statusesOfADay(page)).toEqual(DAY);
  expect(await sameSites()).toEqual(['Lax']);
});

it('A SPA on another site does so with SameSite=None cookies', async () => {
  expect(await statusesOfADay(await openSecure('app.partner.example'))).toEqual(DAY);
  expect(await sameSites()).toEqual(['None']);
});

it('A SPA on a listed origin reads why it was refused', async () => {
  const page = await openLocal();
  const wrong = await call(page, 'POST', '/api/v1/auth/login', { ...credentials, password: 'wrong' });
  expect([wrong.status, JSON.parse(wrong.body)]).toMatchObject([401, { detail: expect.any(String) }]);
});

it('A SPA on a listed origin reads no page and sends no form', async () => {
  const page = await openLocal();
  await call(page, 'POST', '/api/v1/auth/login', credentials);
  expect(await call(page, 'GET', '/users/welcome')).toEqual(HIDDEN);
  expect(await call(page, 'DELETE', '/users/1')).toEqual(HIDDEN);
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  expect(await call(page, 'POST', '/users/logout', {}, form)).toEqual(HIDDEN);
  expect((await call(page, 'GET', '/api/v1/auth/me')).status).toBe(200);
});

it('A SPA on an origin that is not listed reads and changes nothing', async () => {
  const page = await openLocal(['http://localhost:1']);
  const spaAddress = page.url();
  await visitor.logIn('ada');
  await page.goto(spaAddress);
  expect(await call(page, 'GET', '/api/v1/auth/me')).toEqual(HIDDEN);
  expect(await call(page, 'POST', '/api/v1/auth/logout')).toEqual(HIDDEN);
  expect(await visitor.isLoggedIn()).toBe(true);
});

it('A site that is not listed reads and changes nothing, although SameSite=None cookies come along', async () => {
  const page = await openSecure('app.partner.example');
  await call(page, 'POST', '/api/v1/auth/login', credentials);
  await page.goto(front.at('app.evil.example'));
  expect(await call(page, 'GET', '/api/v1/auth/me')).toEqual(HIDDEN);
  expect(await call(page, 'POST', '/api/v1/auth/logout')).toEqual(HIDDEN);
  await page.goto(front.at('app.partner.example'));
  expect((await call(page, 'GET', '/api/v1/auth/me')).status).toBe(200);
});
