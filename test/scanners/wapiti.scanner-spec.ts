import { PASSWORD, TestApp } from '../support/app';
import { tellFigures } from '../support/figures';
import { cookiePair } from '../support/page';
import { TIMEOUT_MS } from './program';
import { Traffic } from './traffic';
import { VulnerableApp } from './vulnerable-app';
import { type Finding, wapiti } from './wapiti';

/** What Wapiti calls a vulnerability and is none, each with the reason. */
const EXPLAINED: [finding: RegExp, reason: string][] = [
  [
    /^Lack of anti CSRF token: POST \/(users\/(login|signup|password-reset)|lab\/counter(\/clear)?)$/,
    'Without a cookie there is no session for a token to be bound to; Sec-Fetch-Site or Origin decides',
  ],
  [/^X-XSS-Protection is not set: /, 'It is set, to 0: the filter it would turn on was itself a hole'],
  [/^Strict-Transport-Security is not set: /, 'The scan is over plain HTTP, where browsers ignore it'],
  [/^Secure flag is not set in the cookie : \w+: /, 'The scan is over plain HTTP'],
  [
    /^HttpOnly flag is not set in the cookie : username: /,
    'The cookie of the lab that shows what scripts can read',
  ],
];

const told = ({ info, request }: Finding) => `${info}: ${request}`;
const unexplained = (findings: Finding[]) =>
  findings
    // Kept from the application, with a right token as with a wrong one: Wapiti takes two equal answers for a token unread.
    .filter(({ info, request }) => !(/CSRF token .* is not properly checked/.test(info) && isWayOut(request)))
    .map(told)
    .filter((text) => !EXPLAINED.some(([finding]) => finding.test(text)));

/** Ways out that a crawler would take, after which it would look at the pages of guests alone. */
const WAYS_OUT = [
  /^\S+ \/users\/logout/,
  /^\S+ \S+[?&]_method=DELETE/,
  /^DELETE /,
  /^POST \/account\/(delete|sessions)/,
  /^POST \S*\/password-reset\/(password|confirm)/,
];
const isWayOut = (request: string) => WAYS_OUT.some((way) => way.test(request));

describe('wapiti', () => {
  it(
    'finds the faults of the vulnerable app',
    async () => {
      const vulnerable = await VulnerableApp.start();
      const findings = await wapiti(vulnerable.url).finally(() => vulnerable.close());
      expect([...new Set(findings.map(({ category }) => category))]).toEqual(
        expect.arrayContaining([
          'SQL Injection',
          'Cross Site Scripting',
          'CRLF Injection',
          'Open Redirect',
          'Command execution',
          'Path Traversal',
          'Cross Site Request Forgery',
          'HttpOnly Flag cookie',
          'HTTP Secure Headers',
          'Content Security Policy Configuration',
        ]),
      );
    },
    TIMEOUT_MS,
  );

  it.each(['a guest', 'a user'])(
    'finds nothing as %s',
    async (who) => {
      const app = await TestApp.startForBrowser();
      try {
        await app.signUp('ada');
        const login = await app
          .agent()
          .post('/api/v1/auth/login')
          .send({ username: 'ada', password: PASSWORD })
          .expect(200);
        const cookie = who === 'a user' ? cookiePair(login, 'sid') : undefined;
        const traffic = new Traffic(app.server, {
          closed: (method, url) => cookie !== undefined && isWayOut(`${method} ${url}`),
        });

        const findings = await wapiti(app.baseUrl, cookie);

        tellFigures(`wapiti as ${who}`, { requests: traffic.count, ...traffic.statuses() });
        expect(unexplained(findings)).toEqual([]);
        expect(traffic.failures).toEqual([]);
        expect(traffic.count).toBeGreaterThan(300);
        if (cookie) {
          expect(traffic.statuses('/users/1/')).toMatchObject({ 200: expect.any(Number) });
          // Still logged in: what it looked at were the pages of a user to the end.
          await app.agent().set('Cookie', cookie).get('/api/v1/auth/me').expect(200);
        }
      } finally {
        await app.close();
      }
    },
    TIMEOUT_MS,
  );
});
