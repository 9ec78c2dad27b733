export default [
  {
    id: '2.1.1',
    claim: 'A page lists what every field may contain.',
    tests: ['test/api/documented-input.spec.ts: docs/input.md says what'],
    pages: ['docs/input.md#fields'],
  },
  {
    id: '2.1.2',
    claim: 'A page lists which fields must be consistent, and how.',
    pages: ['docs/input.md#fields-that-must-fit-together'],
  },
  {
    id: '2.1.3',
    claim: 'A page lists the limits per user, source and process, and in total.',
    tests: ['test/api/documented-input.spec.ts: says how often a password may be wrong'],
    pages: ['docs/input.md#limits'],
  },
  {
    id: '2.2.1',
    claim: 'Every field is validated; unknown fields are refused.',
    tests: [
      'test/input/fuzz.e2e-spec.ts: The application under thousands of generated requests',
      "test/input/field-shapes.e2e-spec.ts: instead of a text is refused with the field's name, and nothing is stored",
      'test/input/field-shapes.e2e-spec.ts: an unknown field',
      'test/input/ids.e2e-spec.ts: that is not one plain decimal number is not found',
    ],
  },
  {
    id: '2.2.2',
    claim: 'The server validates everything itself; these tests send what none of our pages would.',
    tests: [
      'test/input/texts.e2e-spec.ts: is refused with the error at the field, and the API responds alike',
      'test/input/names.e2e-spec.ts: : is refused, because it would look like another account',
    ],
  },
  {
    id: '2.2.3',
    claim: 'A password that contains the name or the e-mail address of its user is refused.',
    tests: [
      'test/auth/new-passwords.e2e-spec.ts: is refused at sign-up when it is',
      'test/auth/new-passwords.e2e-spec.ts: is refused at a change of password when it is',
    ],
  },
  {
    id: '2.3.1',
    claim:
      'No step can be skipped: a draft needs the log-in, a dangerous action the password, a token its own purpose.',
    tests: [
      'test/drafts/secrecy.e2e-spec.ts: is closed to guests, and is not deleted by them',
      'test/account/step-up.e2e-spec.ts: opens for ten minutes, then asks again',
      'test/account/step-up.e2e-spec.ts: responds to the API with 403, the reason and how to confirm, and opens after that',
      'test/chapter/step-up.e2e-spec.ts: deleting with no password shows a page that asks for it, and deletes nothing',
      'test/tokens/tokens.e2e-spec.ts: does nothing for another purpose',
    ],
    pages: ['docs/input.md#order'],
  },
  {
    id: '2.3.2',
    claim: 'Each documented limit holds.',
    tests: [
      'test/throttling/guesses.e2e-spec.ts: are free five times; then each failure doubles the wait, from 1 s to 15 min',
      'test/throttling/accounts.e2e-spec.ts: are verified 100 times at most, and the devices of its user can still log in',
      'test/throttling/sources.e2e-spec.ts: is limited to 100 failed log-ins in 10 minutes, whatever the name',
      'test/throttling/sources.e2e-spec.ts: is limited to 100 sign-ups in 10 minutes, whether or not the name is taken',
      'test/sessions/limit.e2e-spec.ts: concurrent log-ins on two instances do not exceed it, and a refused one leaves no session',
      'test/account/session-events.e2e-spec.ts: is refused to a session that has five',
      'test/auth/full-hash-queue.e2e-spec.ts: log-ins and sign-ups get 503 in less than 100 ms, and logged-in users are not affected',
      'test/input/bodies.e2e-spec.ts: that is too large',
      'test/input/headers.e2e-spec.ts: of 20 kB',
      'test/drafts/drafts.e2e-spec.ts: is stored up to 64 kB',
    ],
  },
  {
    id: '2.3.3',
    claim: 'A change is atomic, also when the process is killed in the middle of it.',
    tests: [
      'test/faults/kills.e2e-spec.ts: loses no confirmed change and leaves none half done, after',
      'test/database/sqlite.e2e-spec.ts: parallel transactions and writes are atomic',
      'test/database/migrations.e2e-spec.ts: change nothing at all when one of them fails',
      'test/tokens/tokens.e2e-spec.ts: stays unused if its action fails',
    ],
  },
  {
    id: '2.3.4',
    claim: 'Of many concurrent requests one gets the name, uses the token or changes the password.',
    tests: [
      'test/database/sign-up-races.e2e-spec.ts: , one 201 each and 409 for all the others',
      'test/input/names.e2e-spec.ts: let exactly one of 20 concurrent sign-ups succeed',
      'test/tokens/tokens.e2e-spec.ts: is used by one of 25 concurrent requests on two instances',
      'test/account/password.e2e-spec.ts: succeeds once of six concurrent ones; the others are logged out with the reason, and the winner stays logged in',
    ],
  },
  {
    id: '2.4.1',
    claim:
      'Log-ins, sign-ups and resets are limited by source; password hashes wait in a queue of limited length.',
    tests: [
      'test/throttling/sources.e2e-spec.ts: is limited to 100 failed log-ins in 10 minutes, whatever the name',
      'test/throttling/sources.e2e-spec.ts: does not affect known devices at the same address',
      'test/throttling/sources.e2e-spec.ts: is limited to 100 sign-ups in 10 minutes, whether or not the name is taken',
      'test/auth/full-hash-queue.e2e-spec.ts: log-ins and sign-ups get 503 in less than 100 ms, and logged-in users are not affected',
    ],
    pages: ['docs/throttling.md#throttling'],
  },
];
