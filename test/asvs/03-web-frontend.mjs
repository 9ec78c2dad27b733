const ANSWERS = 'test/answers/every-answer.e2e-spec.ts';
const COOKIES = 'test/answers/every-cookie.e2e-spec.ts';

export default [
  {
    id: '3.1.1',
    claim: 'A page lists what browsers must support, and what happens if they do not.',
    pages: ['docs/security.md#what-browsers-must-support'],
  },
  {
    id: '3.2.1',
    claim: 'Every response declares its type and forbids sniffing; the API only sends JSON.',
    tests: [
      `${ANSWERS}: of the API is JSON and forbids the browser to sniff another type`,
      `${ANSWERS}: has x-content-type-options: nosniff`,
      `${ANSWERS}: has content-security-policy`,
    ],
  },
  {
    id: '3.2.2',
    claim: 'Scripts write text as text.',
    rules: ['latchkey/no-markup-from-text'],
  },
  {
    id: '3.2.3',
    claim:
      'Scripts are modules with their own scope and read no global that an element of the page could shadow.',
    rules: ['latchkey/no-clobbered-names'],
  },
  {
    id: '3.3.1',
    claim: 'Over HTTPS every cookie is Secure and has the prefix __Host-.',
    tests: [
      `${COOKIES}: has been set`,
      `${COOKIES}: is __Host-, HttpOnly, SameSite and Secure`,
      'test/answers/plain-http.e2e-spec.ts: does not log in: no session cookie is sent in the clear',
    ],
  },
  {
    id: '3.3.2',
    claim: 'Every cookie is SameSite=Lax, or None where a listed origin is another site.',
    tests: [
      `${COOKIES}: is __Host-, HttpOnly, SameSite and Secure`,
      'test/access/other-origins.e2e-spec.ts: needs SameSite=None cookies only if it is another site',
    ],
  },
  {
    id: '3.3.3',
    claim: 'Every cookie is for this host alone: __Host-, the path /, no domain.',
    tests: [
      `${COOKIES}: has been set`,
      `${COOKIES}: is __Host-, HttpOnly, SameSite and Secure`,
      'test/sessions/moving-to-https.e2e-spec.ts: beside `__Host-sid` is ignored, whatever its value',
    ],
  },
  {
    id: '3.3.4',
    claim: 'Scripts cannot read cookies; their values appear only in Set-Cookie.',
    tests: [
      `${COOKIES}: is __Host-, HttpOnly, SameSite and Secure`,
      `${COOKIES}: is in no page, no address and no other header`,
      'test/browser/cookies.browser-spec.ts: cannot read the session or the counter',
    ],
  },
  {
    id: '3.3.5',
    claim: 'No cookie exceeds the size that browsers store.',
    tests: [
      `${COOKIES}: is small enough for every browser`,
      'test/flash/guest-cookie.e2e-spec.ts: drops the oldest ones when they are too many for a cookie',
    ],
  },
  {
    id: '3.4.1',
    claim: 'Every response over HTTPS sets HSTS for a year, subdomains included.',
    tests: [
      `${ANSWERS}: has strict-transport-security: max-age=31536000; includeSubDomains`,
      `${ANSWERS}: to a malformed request has the applicable headers`,
    ],
  },
  {
    id: '3.4.2',
    claim: 'No other origin may read a response, except a listed one, exactly, and only of the API.',
    tests: [
      `${ANSWERS}: lets no other origin read it`,
      'test/input/methods.e2e-spec.ts: OPTIONS changes nothing and grants nothing to other origins',
      'test/access/other-origins.e2e-spec.ts: may change what it may read, and nobody else may either',
    ],
  },
  {
    id: '3.4.3',
    claim: "The content security policy starts with default-src 'none' and allows nothing inline.",
    tests: [
      `${ANSWERS}: has content-security-policy`,
      'test/browser/injection.browser-spec.ts: is heard of when it runs, and when only the content security policy stops it',
    ],
  },
  {
    id: '3.4.4',
    claim: 'Every response has X-Content-Type-Options: nosniff.',
    tests: [`${ANSWERS}: has x-content-type-options: nosniff`],
  },
  {
    id: '3.4.5',
    claim: 'No address is sent to another site as a referrer.',
    tests: [`${ANSWERS}: sends no address of ours to another site`],
  },
  {
    id: '3.4.6',
    claim: 'No page can be framed.',
    tests: [
      `${ANSWERS}: has content-security-policy`,
      'test/browser/other-sites.browser-spec.ts: cannot show any of our pages in a frame',
    ],
  },
  {
    id: '3.4.8',
    claim: 'Pages share no browsing context with another origin.',
    tests: [`${ANSWERS}: has cross-origin-opener-policy: same-origin`],
  },
  {
    id: '3.5.1',
    claim: 'Cross-site changes are refused: by Fetch Metadata, else by origin, else by a token.',
    tests: [
      'test/access/same-origin.e2e-spec.ts: reaches a handler exactly when the rule allows it',
      'test/browser/other-sites.browser-spec.ts: is refused, and the user is still logged in',
      'test/browser/other-origins.browser-spec.ts: A site that is not listed reads and changes nothing',
    ],
    pages: ['docs/access.md#the-same-origin-check'],
  },
  {
    id: '3.5.2',
    claim: 'The API only accepts JSON, so a form of another site cannot call it.',
    tests: [
      'test/access/same-origin.e2e-spec.ts: cannot speak to our API by a form',
      'test/input/bodies.e2e-spec.ts: is refused by the API',
    ],
  },
  {
    id: '3.5.3',
    claim:
      'Safe methods change nothing. Log-out by GET works for navigation by the user, and for no other site.',
    tests: [
      'test/answers/safe-methods.e2e-spec.ts: changes no user, message or session, by GET, HEAD or OPTIONS of any route',
      'test/access/same-origin.e2e-spec.ts: does not log out',
      'test/browser/other-sites.browser-spec.ts: that leads to log-out by GET',
      'test/input/methods.e2e-spec.ts: has no effect on GET or HEAD',
    ],
  },
  {
    id: '3.5.4',
    claim: 'The guide asks for a host name that no other application shares; cookies have no domain.',
    tests: [`${COOKIES}: is __Host-, HttpOnly, SameSite and Secure`],
    pages: ['docs/operations.md#production'],
  },
  {
    id: '3.5.6',
    claim: 'There is no JSONP.',
    tests: [`${ANSWERS}: is never a script with data of one user`],
  },
  {
    id: '3.5.7',
    claim: 'Scripts are the same for every user.',
    tests: [`${ANSWERS}: is never a script with data of one user`],
  },
  {
    id: '3.5.8',
    claim: 'No response can be embedded by another origin.',
    tests: [`${ANSWERS}: has cross-origin-resource-policy: same-origin`],
  },
  {
    id: '3.6.1',
    claim: 'Pages load nothing from other sites.',
    tests: [
      'test/browser/pages.browser-spec.ts: fits 320 px and keeps to its own origin',
      `${ANSWERS}: has content-security-policy`,
    ],
    pages: ['docs/security.md#what-comes-from-elsewhere'],
  },
  {
    id: '3.7.1',
    claim: 'Pages are valid HTML with style sheets and scripts, and use no deprecated technology.',
    tests: ['test/browser/pages.browser-spec.ts: Every page is valid'],
  },
  {
    id: '3.7.2',
    claim: 'No redirect leaves the site.',
    tests: [
      'test/input/return-paths.e2e-spec.ts: never leaves the site, nor logs out',
      'src/http/local-path.spec.ts: leads nowhere but to our own origin, whatever it is made of',
      'test/input/headers.e2e-spec.ts: of a client never decides where a redirect leads',
    ],
  },
  {
    id: '3.7.5',
    claim:
      'A browser without a required feature gets what the page documents: another check, or a refusal with the reason.',
    tests: [
      'test/access/same-origin.e2e-spec.ts: reaches a handler exactly when the rule allows it',
      'test/access/same-origin.e2e-spec.ts: is refused with a reason, as a page and as a problem',
      'test/browser/session-events.browser-spec.ts: Without JavaScript, the next page shows why the session ended',
      'test/browser/password-fields.browser-spec.ts: works as a plain one without script',
    ],
    pages: ['docs/security.md#what-browsers-must-support'],
  },
];
