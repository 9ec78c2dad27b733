const SHAPES = 'test/input/field-shapes.e2e-spec.ts';
const DEPENDENCIES = 'test/package/dependencies.spec.ts';
const QUEUE =
  'test/auth/full-hash-queue.e2e-spec.ts: log-ins and sign-ups get 503 in less than 100 ms, and logged-in users are not affected';

export default [
  {
    id: '15.1.1',
    claim:
      'A page defines how soon a vulnerability in a package is fixed, and when all packages are updated.',
    pages: ['docs/dependencies.md#how-soon-they-are-renewed'],
  },
  {
    id: '15.1.2',
    claim:
      'The lock file lists every package with the hash of its contents; a bill of materials takes one command.',
    tests: [
      `${DEPENDENCIES}: is named with the hash of its contents, and comes from the public registry alone`,
    ],
    pages: ['docs/dependencies.md#dependencies'],
  },
  {
    id: '15.1.3',
    claim: 'A page lists expensive operations and what limits them.',
    pages: ['docs/dependencies.md#what-is-dangerous-or-costly-in-our-own-code'],
  },
  {
    id: '15.1.4',
    claim: 'A page lists which packages are risky, and why.',
    pages: ['docs/dependencies.md#risky-ones'],
  },
  {
    id: '15.1.5',
    claim: 'A page lists what is dangerous in our own code.',
    pages: ['docs/dependencies.md#what-is-dangerous-or-costly-in-our-own-code'],
  },
  {
    id: '15.2.1',
    claim: 'Packages have exact versions, which each release updates within the documented times.',
    tests: [`${DEPENDENCIES}: is an exact version, where the project names it`],
    pages: ['docs/dependencies.md#how-soon-they-are-renewed'],
  },
  {
    id: '15.2.2',
    claim: 'A flood of log-ins is refused at once, and logged-in users are not affected.',
    tests: [
      QUEUE,
      'src/auth/passwords/hashing-queue.spec.ts: turns away who comes when it is full, at once and before any hash',
      'src/auth/passwords/password-policy.spec.ts: is judged within 30 ms, whatever it is',
    ],
  },
  {
    id: '15.2.3',
    claim: 'The package contains no tests and no sources, and production has no lab.',
    tests: [
      'test/package/packed.spec.ts: is the built application with its views, assets and pages, and no source or test',
      'test/start/start.e2e-spec.ts: in production starts with safe settings, without the lab',
    ],
  },
  {
    id: '15.2.4',
    claim: 'Every package comes from the public registry, with the hash of its contents.',
    tests: [
      `${DEPENDENCIES}: is named with the hash of its contents, and comes from the public registry alone`,
    ],
  },
  {
    id: '15.2.5',
    claim: 'The guide runs the process as its own user with access only to what it needs.',
    pages: ['docs/operations.md#what-it-talks-to', 'docs/dependencies.md#risky-ones'],
  },
  {
    id: '15.3.1',
    claim: 'Responses contain the documented fields; a hash is in none.',
    tests: [
      'test/api/answers.e2e-spec.ts: never contains a hash or a part of one',
      'test/api/answers.e2e-spec.ts: is as documented',
    ],
  },
  {
    id: '15.3.3',
    claim: 'Fields that a form does not have are refused, and nothing changes.',
    tests: [
      `${SHAPES}: an unknown field`,
      'test/chapter/exercise-users.e2e-spec.ts: refuses unknown fields and changes nothing',
    ],
  },
  {
    id: '15.3.4',
    claim: 'A visitor’s address comes from trusted proxies, and from nothing else in the request.',
    tests: [
      "test/throttling/sources.e2e-spec.ts: is the address from the proxy, not from the client's header",
      'test/throttling/sources.e2e-spec.ts: cannot choose its address if no proxy is trusted',
    ],
  },
  {
    id: '15.3.5',
    claim: 'A value of the wrong type is refused.',
    tests: [
      `${SHAPES}: instead of a text is refused with the field's name, and nothing is stored`,
      'test/chapter/authorization.e2e-spec.ts: 31. a session whose user ID is',
      'test/access/correct-user.e2e-spec.ts: comparing IDs',
    ],
  },
  {
    id: '15.3.6',
    claim: 'Names that reach the prototype are refused in JSON, forms and queries.',
    tests: [
      `${SHAPES}: is refused in JSON at any depth, also with escapes`,
      `${SHAPES}: pollutes no prototype by a form or a query`,
      'test/input/fuzz.e2e-spec.ts: The application under thousands of generated requests',
    ],
  },
  {
    id: '15.3.7',
    claim: 'A duplicate field is refused, and fields of the body are not read from the address.',
    tests: [
      `${SHAPES}: a duplicate field`,
      'test/input/methods.e2e-spec.ts: is ignored in a list and in two contradictory fields',
    ],
  },
  {
    id: '15.4.1',
    claim: 'Concurrent requests share no state.',
    tests: [
      'test/chapter/current-user.e2e-spec.ts: 33. is separate for each of many concurrent requests',
      'test/sessions/parallel-writes.e2e-spec.ts: by twenty concurrent ones on two instances keeps every key',
    ],
  },
  {
    id: '15.4.2',
    claim: 'A check still holds when it is acted upon: the change repeats it in its condition.',
    tests: [
      'test/sessions/races.e2e-spec.ts: never revive a session that a log-out ended, in',
      'test/account/password.e2e-spec.ts: ends all of 25 concurrent log-ins with the old password',
      'test/tokens/tokens.e2e-spec.ts: is used by one of 25 concurrent requests on two instances',
      'test/sessions/parallel-writes.e2e-spec.ts: by the deletion of its user writes nothing',
    ],
  },
  {
    id: '15.4.3',
    claim: 'Waiting for a lock times out, and the next request continues.',
    tests: [
      'test/database/sqlite.e2e-spec.ts: a write that timed out is never stored',
      'test/database/sqlite.e2e-spec.ts: a lock that ends in time only delays writes',
      'src/database/request-deadline.spec.ts: are given up behind one that is slow, never begin, and let the next one in',
    ],
  },
  {
    id: '15.4.4',
    claim: 'Hashing leaves capacity for everything else, and its queue is fair.',
    tests: [
      QUEUE,
      'src/auth/passwords/hashing-queue.spec.ts: lets as many run as there are cores, and the rest in the order in which they came',
    ],
  },
];
