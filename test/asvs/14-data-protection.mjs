const LOG =
  'test/start/no-secret-in-the-log.e2e-spec.ts: contains no password, hash, session ID, token or secret, for successes and failures';
const DUMPS = 'test/sessions/store-dumps.e2e-spec.ts';

export default [
  {
    id: '14.1.1',
    claim: 'A page classifies all data and the protection it needs.',
    pages: ['docs/data.md#data'],
  },
  {
    id: '14.1.2',
    claim: 'For each level it documents how data is stored, shown, logged and deleted.',
    pages: ['docs/data.md#data'],
  },
  {
    id: '14.2.1',
    claim: 'No address contains a password, a session or a token.',
    tests: [
      'test/answers/every-cookie.e2e-spec.ts: is in no page, no address and no other header',
      'test/input/return-paths.e2e-spec.ts: never comes from the address or a header of the posted form',
    ],
  },
  {
    id: '14.2.2',
    claim: 'No cache may store a response for one visitor.',
    tests: [
      "test/input/paths.e2e-spec.ts: of one's own, disguised as a file that a cache would store",
      'test/api/answers.e2e-spec.ts: is not cached',
    ],
  },
  {
    id: '14.2.3',
    claim: 'Pages send requests only to their own site.',
    tests: ['test/browser/pages.browser-spec.ts: fits 320 px and keeps to its own origin'],
  },
  {
    id: '14.2.4',
    claim: 'Secrets are stored as hashes and never logged; personal data is shown only to its owner.',
    tests: [
      LOG,
      `${DUMPS}: finds no session ID, no cookie and no secret part of one`,
      `${DUMPS}: finds no password, no CSRF token and no signing secret`,
      'test/drafts/secrecy.e2e-spec.ts: is useless to an attacker who reads the database',
      'test/api/answers.e2e-spec.ts: includes a name and no e-mail for others, alone and in lists',
    ],
    pages: ['docs/data.md#data'],
  },
  {
    id: '14.2.5',
    claim: 'An address that looks like a file is not found, and is never cached.',
    tests: ["test/input/paths.e2e-spec.ts: of one's own, disguised as a file that a cache would store"],
  },
  {
    id: '14.2.6',
    claim: 'Responses contain the documented fields and no others.',
    tests: [
      'test/api/answers.e2e-spec.ts: fails the check with one field more, or one less',
      'test/api/answers.e2e-spec.ts: is as documented',
    ],
  },
  {
    id: '14.2.7',
    claim: 'Expired data is deleted automatically.',
    tests: [
      'test/sessions/purge.e2e-spec.ts: deletes expired sessions and no others',
      'test/drafts/purge.e2e-spec.ts: deletes expired drafts in batches, and no others',
      'test/throttling/shared-counts.e2e-spec.ts: are deleted in batches after they expired, and no others',
      'test/tokens/tokens.e2e-spec.ts: is deleted some time after it became invalid',
      'test/audit/chain.e2e-spec.ts: which is 400 days, and stays whole when the oldest are gone',
    ],
    pages: ['docs/data.md#data'],
  },
  {
    id: '14.3.1',
    claim: 'After log-out the browser shows no protected page, also by the back button.',
    tests: [
      'test/browser/after-log-out.browser-spec.ts: After log-out the back button shows no protected page',
      'test/browser/after-log-out.browser-spec.ts: the back button shows no protected page in another tab',
      "test/chapter/sessions-at-login.e2e-spec.ts: is not cached, clears the cookie with its attributes and the browser's cache",
    ],
  },
  {
    id: '14.3.2',
    claim: 'Browsers are told not to cache pages.',
    tests: [
      'test/sessions/visitors.e2e-spec.ts: includes headers that keep caches from storing the response',
      'test/api/answers.e2e-spec.ts: is not cached',
    ],
  },
  {
    id: '14.3.3',
    claim: 'The only data stored in the browser is cookies, which contain random IDs and signed values.',
    rules: ['latchkey/no-browser-storage'],
    pages: ['docs/data.md#data'],
  },
];
