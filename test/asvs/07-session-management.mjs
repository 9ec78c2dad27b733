const IDS = 'test/sessions/session-id.e2e-spec.ts';
const TIMES = 'test/sessions/time-limits.e2e-spec.ts';
const DEVICES = 'test/account/sessions.e2e-spec.ts';

export default [
  {
    id: '7.1.1',
    claim: 'A page explains how long a session lasts, and why.',
    pages: ['docs/sessions.md#how-long-and-why'],
  },
  {
    id: '7.1.2',
    claim: 'A page explains how many sessions a user may have, and which one ends beyond that.',
    tests: [
      'test/sessions/limit.e2e-spec.ts: With a SESSION_LIMIT that refuses further log-ins',
      'test/sessions/limit.e2e-spec.ts: With a SESSION_LIMIT that ends the oldest session',
    ],
    pages: ['docs/sessions.md#devices'],
  },
  {
    id: '7.2.1',
    claim: 'Only the server decides whether a session is valid.',
    tests: [
      'test/input/session-cookies.e2e-spec.ts: with any character of its signature changed is refused without a store lookup',
      'test/input/session-cookies.e2e-spec.ts: that is unsigned, or signed but unknown, starts no session under its ID',
    ],
  },
  {
    id: '7.2.2',
    claim: 'Every log-in gets a new session ID.',
    tests: [`${IDS}: is 256 random bits, different each time`],
  },
  {
    id: '7.2.3',
    claim: 'A session ID is 256 random bits, and only its SHA-256 is stored.',
    tests: [
      `${IDS}: is 256 random bits, different each time`,
      `${IDS}: is stored only as SHA-256: an attacker who reads the database cannot log in with it`,
    ],
  },
  {
    id: '7.2.4',
    claim:
      'A log-in, a new password and a reauthentication change the session ID, and the old one is invalid.',
    tests: [
      `${IDS}: changes at log-in: the old one is invalid, also in the store`,
      `${IDS}: changes when a logged-in user logs in again`,
      'test/account/reauthenticate.e2e-spec.ts: gives the session a new ID and invalidates the old one (by',
      "test/account/password.e2e-spec.ts: gives this browser a new session ID and keeps the session's values",
    ],
  },
  {
    id: '7.3.1',
    claim: 'A session ends after 30 minutes without a request.',
    tests: [
      `${TIMES}: end it after 30 minutes without a request, even if the browser still sends its cookie`,
      'test/account/session-events.e2e-spec.ts: does not keep the session alive, however often it is opened',
    ],
  },
  {
    id: '7.3.2',
    claim: 'A session ends 12 hours after its log-in, however active it is.',
    tests: [`${TIMES}: end it 12 hours after log-in however active it is, and no write extends that`],
  },
  {
    id: '7.4.1',
    claim: 'An ended session is never revived, on any instance.',
    tests: [
      'test/chapter/faults-of-the-chapter.e2e-spec.ts: c. a copied cookie is useless after log-out',
      'test/sessions/races.e2e-spec.ts: never revive a session that a log-out ended, in',
      'test/sessions/durable-redirects.e2e-spec.ts: is logged out when log-out has answered',
      `${IDS}: is invalid in the store after log-out, and its cookie is cleared with its attributes`,
    ],
  },
  {
    id: '7.4.2',
    claim: 'Disabling or deleting a user ends all their sessions, and requests in flight write nothing.',
    tests: [
      'test/sessions/ended-users.e2e-spec.ts: all their sessions end on every instance',
      'test/sessions/parallel-writes.e2e-spec.ts: by the deletion of its user writes nothing',
      'test/auth/disabled-users.e2e-spec.ts: is a guest from the next request on, on every instance, and sees the reason once',
    ],
  },
  {
    id: '7.4.3',
    claim: 'A new password ends all other sessions and remembered devices.',
    tests: [
      'test/account/password.e2e-spec.ts: ends all other sessions at once, on every instance, and shows them why',
      'test/account/password.e2e-spec.ts: ends every remembered device except this one, which gets a new token (',
    ],
  },
  {
    id: '7.4.4',
    claim: 'Every page for a logged-in user has a log-out button.',
    tests: ['test/answers/safe-methods.e2e-spec.ts: shows the button that logs out on every page of a user'],
  },
  {
    id: '7.4.5',
    claim:
      'Operators end all sessions of a user on the command line, and the sessions of all users by changing the secret.',
    tests: [
      'test/cli/commands.e2e-spec.ts: disables and enables a user',
      'test/sessions/restart.e2e-spec.ts: without the old secret, every cookie signed by it is refused',
    ],
    pages: ['docs/operations.md#secrets'],
  },
  {
    id: '7.5.1',
    claim: 'The e-mail and the password change only with the current password.',
    tests: [
      'test/chapter/step-up.e2e-spec.ts: a new e-mail with no password is refused',
      'test/chapter/step-up.e2e-spec.ts: a new e-mail with a wrong one is refused',
      'test/account/password.e2e-spec.ts: is refused for a missing current password however recent the log-in is, and for an unknown field',
    ],
    pages: ['docs/accounts.md#asked-again'],
  },
  {
    id: '7.5.2',
    claim: 'Users see where they are logged in, and end one session or all others.',
    tests: [
      `${DEVICES}: are listed with browser, system, address and a mark on the current one`,
      `${DEVICES}: end one by one: that device is logged out at once, with the reason`,
      `${DEVICES}: end all at once, except the current one`,
    ],
  },
  {
    id: '7.5.3',
    claim: 'An irreversible action needs a password given in the last ten minutes.',
    tests: [
      'test/chapter/step-up.e2e-spec.ts: deleting with no password shows a page that asks for it, and deletes nothing',
      'test/account/step-up.e2e-spec.ts: opens for ten minutes, then asks again',
      'test/account/step-up.e2e-spec.ts: is closed to a remembered device however recent its session is: no password was given',
    ],
  },
  {
    id: '7.6.2',
    claim: 'No user is logged in without asking for it: not by a sign-up, a visit or another site.',
    tests: [
      'test/sessions/visitors.e2e-spec.ts: is zero for a visitor who needs none: no row and no cookie on any public page',
      'test/chapter/signup-login-logout.e2e-spec.ts: 15. a sign-up redirects to the log-in page with a flash and does not log in',
      "test/browser/other-sites.browser-spec.ts: cannot log a guest in to an attacker's account",
    ],
  },
];
