import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Browser } from 'playwright-core';
import { PASSWORD, TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';
import { OtherSite } from '../support/other-site';
import { Visitor } from '../support/visitor';

let app: TestApp;
let browser: Browser;
let otherSite: OtherSite;
let ada: number;
let visitor: Visitor;

beforeAll(async () => {
  app = await TestApp.startForBrowser();
  browser = await launchChromium();
  otherSite = await OtherSite.start();
  ada = await app.signUp('ada');
});
afterAll(async () => {
  await browser.close();
  await otherSite.close();
  await app.close();
});
beforeEach(async () => {
  visitor = await Visitor.in(browser, app);
});
afterEach(() => visitor.leave());

type Place = 'crossSite' | 'sameSite';
type Fields = Record<string, string>;

/** The status of the next answer at this path, also where the browser keeps it from the page that asked. */
function answerAt(path: string): Promise<number> {
  return new Promise((resolve) => {
    const watch = (request: IncomingMessage, response: ServerResponse) => {
      if (request.url !== path) return;
      app.server.off('request', watch);
      response.once('finish', () => resolve(response.statusCode));
    };
    app.server.prependListener('request', watch);
  });
}

/** Both ways in which a page can post to another site without its consent. */
const ways = {
  form: (url: string, fields: Fields) => `
    const form = Object.assign(document.createElement('form'), { method: 'post', action: '${url}' });
    for (const [name, value] of ${JSON.stringify(Object.entries(fields))}) {
      form.append(Object.assign(document.createElement('input'), { name, value }));
    }
    document.body.append(form);
    form.submit();`,
  fetch: (url: string, fields: Fields) => `
    const body = new URLSearchParams(${JSON.stringify(fields)});
    fetch('${url}', { method: 'POST', mode: 'no-cors', credentials: 'include', body }).catch(() => 'not to be read');`,
};

describe.each<[string, Place]>([
  ['another site', 'crossSite'],
  ['another origin of the same site', 'sameSite'],
])('A page of %s', (_, place) => {
  describe.each(Object.keys(ways) as (keyof typeof ways)[])('that posts by %s', (way) => {
    const post = async (path: string, fields: Fields = {}) => {
      const { page } = await visitor.openTab();
      await page.goto(otherSite.serve('')[place]);
      const answer = answerAt(path);
      await page.evaluate(ways[way](app.baseUrl + path, fields));
      const status = await answer;
      await page.close();
      return status;
    };

    it('is refused, and the user is still logged in, with name, messages and account unchanged', async () => {
      await visitor.logIn('ada');
      expect(await post('/users/logout')).toBe(403);
      expect(await post(`/users/${ada}?_method=PATCH`, { username: 'mallory' })).toBe(403);
      expect(await post(`/users/${ada}/messages`, { content: 'Not mine' })).toBe(403);
      expect(await post('/lab/counter')).toBe(403);
      expect(await post(`/users/${ada}?_method=DELETE`)).toBe(403);

      await visitor.open(`/users/${ada}/messages`);
      expect(await visitor.text()).toContain('You have not written anything yet.');
      await visitor.open('/lab');
      expect(await visitor.page.locator('.count').first().innerText()).toBe('No counter set');
      await visitor.open('/users/welcome');
      expect(await visitor.heading()).toBe('Welcome, ada');
    });

    it("cannot log a guest in to an attacker's account", async () => {
      expect(await post('/users/login', { username: 'ada', password: PASSWORD })).toBe(403);
      expect(await visitor.isLoggedIn()).toBe(false);
    });

    it('cannot sign a user up', async () => {
      expect(await post('/users/signup', { username: 'mallory', password: PASSWORD })).toBe(403);
      await visitor.logIn('mallory');
      expect(await visitor.isLoggedIn()).toBe(false);
    });
  });

  describe('that leads to log-out by GET', () => {
    const logout = () => `${app.baseUrl}/users/logout`;

    beforeEach(() => visitor.logIn('ada'));

    it('shows the user a page with the button, and does not log out until it is pressed', async () => {
      await visitor.page.goto(otherSite.serve(`<a href="${logout()}">Kittens</a>`)[place]);
      await visitor.page.getByRole('link', { name: 'Kittens' }).click();
      expect(await visitor.heading()).toBe('Log out?');
      expect(await visitor.isLoggedIn()).toBe(true);

      await visitor.submit({}, 'Log out');
      expect(await visitor.flashes()).toEqual(['You have been signed out.']);
      expect(await visitor.isLoggedIn()).toBe(false);
    });

    it.each([
      ['an image', (url: string) => `<img alt="" src="${url}">`],
      ['a prefetch', (url: string) => `<link rel="prefetch" href="${url}">`],
    ])('changes nothing by %s', async (_name, markup) => {
      const answer = answerAt('/users/logout');
      await visitor.page.goto(otherSite.serve(markup(logout()))[place]);
      expect(await answer).toBe(200);
      expect(await visitor.isLoggedIn()).toBe(true);
    });
  });

  it('cannot show any of our pages in a frame', async () => {
    await visitor.logIn('ada');
    const paths = [
      '/',
      '/users/welcome',
      '/users/logout',
      `/users/${ada}/edit`,
      '/lab',
      '/api/docs',
      '/nowhere',
    ];
    const frames = paths.map((path) => `<iframe src="${app.baseUrl}${path}"></iframe>`);
    await visitor.page.goto(otherSite.serve(frames.join(''))[place]);
    const blocked = 'chrome-error://chromewebdata/';
    const shown = visitor.page.frames().slice(1);
    await Promise.all(shown.map((frame) => frame.waitForURL(blocked, { waitUntil: 'commit' })));
    expect(shown.map((frame) => frame.url())).toEqual(paths.map(() => blocked));
  });
});

it('A log-out address typed into the browser logs out', async () => {
  await visitor.logIn('ada');
  await visitor.open('/users/logout');
  expect(await visitor.flashes()).toEqual(['You have been signed out.']);
  expect(await visitor.isLoggedIn()).toBe(false);
});
