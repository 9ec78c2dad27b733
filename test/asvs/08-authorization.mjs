const CLOSED = 'test/access/closed-by-default.e2e-spec.ts';

export default [
  {
    id: '8.1.1',
    claim: 'A page explains who may do what, and the API’s document marks the protected routes.',
    tests: ['test/api/document.e2e-spec.ts: marks the routes that are closed to guests'],
    pages: ['docs/access.md#closed-by-default', 'docs/access.md#ownership', 'docs/access.md#roles'],
  },
  {
    id: '8.1.2',
    claim: 'A page lists who may read and write each field.',
    pages: ['docs/access.md#which-fields'],
  },
  {
    id: '8.1.3',
    claim:
      'A page lists the other factors of a decision: the source, the device, how recent the password is.',
    pages: ['docs/access.md#what-else-is-looked-at'],
  },
  {
    id: '8.1.4',
    claim: 'It documents when each of them refuses, asks again or ends a session.',
    pages: ['docs/access.md#what-else-is-looked-at', 'docs/throttling.md#throttling'],
  },
  {
    id: '8.2.1',
    claim:
      'Every route is closed unless it is in the list of public ones; those with a role are closed to other users.',
    tests: [
      `${CLOSED}: is in the list of public ones, or closed`,
      `${CLOSED}: serves a guest only if it is public`,
      `${CLOSED}: treats an ended session like a guest`,
      'test/chapter/authorization.e2e-spec.ts: a route without an access decorator is closed',
      'test/access/roles.e2e-spec.ts: admit admins only',
      'test/access/roles.e2e-spec.ts: refuse every request if none is named',
    ],
  },
  {
    id: '8.2.2',
    claim: 'No user can reach another user’s data, whether or not it exists.',
    tests: [
      `${CLOSED}: that belongs to an owner refuses every other user before any lookup`,
      'test/account/sessions.e2e-spec.ts: are invisible to other users, who cannot end them',
      "test/chapter/exercise-messages.e2e-spec.ts: does not find a message under another user's address",
      "test/input/paths.e2e-spec.ts: written in another way bypasses no guard: eve at ada's",
    ],
  },
  {
    id: '8.2.3',
    claim: 'Unknown fields are refused, and an e-mail address is shown only to its owner.',
    tests: [
      'test/input/field-shapes.e2e-spec.ts: an unknown field',
      'test/api/answers.e2e-spec.ts: includes a name and no e-mail for others, alone and in lists',
      'test/access/roles.e2e-spec.ts: start as user at every sign-up, whatever the form contains',
    ],
  },
  {
    id: '8.2.4',
    claim: 'A log-in is checked by source and device, and a copied token ends the current session.',
    tests: [
      'test/throttling/accounts.e2e-spec.ts: are verified 100 times at most, and the devices of its user can still log in',
      'test/throttling/sources.e2e-spec.ts: does not affect known devices at the same address',
      'test/auth/remember-me.e2e-spec.ts: is revoked for both when a token is replayed, with a message',
      'test/account/step-up.e2e-spec.ts: opens for ten minutes, then asks again',
    ],
  },
  {
    id: '8.3.1',
    claim: 'The server decides; these tests send requests without any of our pages.',
    tests: [
      `${CLOSED}: Every route of the application`,
      'test/access/correct-user.e2e-spec.ts: CorrectUserGuard',
    ],
  },
  {
    id: '8.3.2',
    claim:
      'A user who is disabled, deleted or given another role is so from the next request on, on every instance.',
    tests: [
      'test/auth/disabled-users.e2e-spec.ts: is a guest from the next request on, on every instance, and sees the reason once',
      'test/sessions/ended-users.e2e-spec.ts: all their sessions end on every instance',
      'test/sessions/security-version.e2e-spec.ts: ends at once wherever it is used, and that response shows the reason',
    ],
  },
];
