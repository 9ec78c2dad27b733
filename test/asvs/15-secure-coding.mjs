const SHAPES = 'test/input/field-shapes.e2e-spec.ts';
const DEPENDENCIES = 'test/source/dependencies.spec.ts';
const QUEUE =
  'test/auth/full-hash-queue.e2e-spec.ts: log-ins and sign-ups are answered 503 in less than 100 ms, and who is there goes on';

export default [
  {
    id: '15.1.1',
    claim: 'A page says how soon a weakness in a package is corrected, and when all are renewed.',
    pages: ['docs/dependencies.md#how-soon-they-are-renewed'],
  },
  {
    id: '15.1.2',
    claim:
      'The lock file lists every package with the hash of its contents; a bill of materials is one command.',
    tests: [
      `${DEPENDENCIES}: is named with the hash of its contents, and comes from the public registry alone`,
    ],
    pages: ['docs/dependencies.md#dependencies'],
  },
  {
    id: '15.1.3',
    claim: 'A page says what is costly, and what keeps it from being overused.',
    pages: ['docs/dependencies.md#what-is-dangerous-or-costly-in-our-own-code'],
  },
  {
    id: '15.1.4',
    claim: 'A page says which packages are risky, and why.',
    pages: ['docs/dependencies.md#risky-ones'],
  },
  {
    id: '15.1.5',
    claim: 'A page says what is dangerous in our own code.',
    pages: ['docs/dependencies.md#what-is-dangerous-or-costly-in-our-own-code'],
  },
  {
    id: '15.2.1',
    claim: 'Packages are exact versions that a release renews within the times that the page gives.',
    tests: [`${DEPENDENCIES}: is an exact version, where the project names it`],
    pages: ['docs/dependencies.md#how-soon-they-are-renewed'],
  },
  {
    id: '15.2.2',
    claim: 'A storm of log-ins is turned away at once, and whoever is there goes on.',
    tests: [
      QUEUE,
      'src/auth/passwords/hashing-queue.spec.ts: turns away who comes when it is full, at once and before any hash',
      'src/auth/passwords/password-policy.spec.ts: is judged within 30 ms, whatever it is',
    ],
  },
  {
    id: '15.2.3',
    claim: 'What is packed holds no tests and no sources, and in production there is no lab.',
    tests: [
      `${DEPENDENCIES}: is the built application with its views, assets and pages, and no source or test`,
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
    claim: 'The guide runs the process as a user of its own that can reach nothing it does not need.',
    pages: ['docs/operations.md#what-it-talks-to', 'docs/dependencies.md#risky-ones'],
  },
  {
    id: '15.3.1',
    claim: 'Answers hold what is documented; a hash is in none.',
    tests: [
      'test/api/answers.e2e-spec.ts: never holds a hash, or a word of one',
      'test/api/answers.e2e-spec.ts: is as documented',
    ],
  },
  {
    id: '15.3.3',
    claim: 'Fields that a form does not have are refused, and nothing changes.',
    tests: [
      `${SHAPES}: a field that no form of ours has`,
      'test/chapter/exercise-users.e2e-spec.ts: refuses unknown fields and changes nothing',
    ],
  },
  {
    id: '15.3.4',
    claim: 'The address of a visitor is what named proxies say, and nothing that came with the request.',
    tests: [
      'test/throttling/sources.e2e-spec.ts: is what the proxy says and not what came with it',
      'test/throttling/sources.e2e-spec.ts: cannot choose its address where no proxy is trusted',
    ],
  },
  {
    id: '15.3.5',
    claim: 'What is not of the type that belongs there is refused.',
    tests: [
      `${SHAPES}: where a text belongs is refused by name, and nothing is stored`,
      'test/chapter/authorization.e2e-spec.ts: 31. a session whose user ID is',
      'test/access/correct-user.e2e-spec.ts: comparing IDs',
    ],
  },
  {
    id: '15.3.6',
    claim: 'Names that reach the prototype are refused in JSON, forms and queries.',
    tests: [
      `${SHAPES}: is refused in JSON at any depth, also written with escapes`,
      `${SHAPES}: pollutes nothing by a form or a query`,
      'test/input/fuzz.e2e-spec.ts: The application under thousands of generated requests',
    ],
  },
  {
    id: '15.3.7',
    claim:
      'A field that is given twice is refused, and the address is no place for one that belongs in the body.',
    tests: [
      `${SHAPES}: a field given twice`,
      'test/input/methods.e2e-spec.ts: is not taken from a list, nor from two that contradict each other',
    ],
  },
  {
    id: '15.4.1',
    claim: 'Requests at the same moment share nothing of one another.',
    tests: [
      'test/chapter/current-user.e2e-spec.ts: 33. is separate for each of many concurrent requests',
      'test/sessions/parallel-writes.e2e-spec.ts: by twenty others at once on two instances keeps every key',
    ],
  },
  {
    id: '15.4.2',
    claim: 'What was checked is still so when it is acted upon: the change names it in its condition.',
    tests: [
      'test/sessions/races.e2e-spec.ts: never bring a session back that log-out has ended',
      'test/account/password.e2e-spec.ts: ends all of 25 concurrent log-ins with the old password',
      'test/tokens/tokens.e2e-spec.ts: is used by one of 25 at once over two instances',
      'test/sessions/parallel-writes.e2e-spec.ts: by the deletion of its user writes nothing',
    ],
  },
  {
    id: '15.4.3',
    claim: 'Who waits for a lock gives up in time, and the next one goes on.',
    tests: [
      'test/database/sqlite.e2e-spec.ts: what has given up its turn is never stored',
      'test/database/sqlite.e2e-spec.ts: a lock that ends in time delays writes, and none is refused',
      'src/database/request-deadline.spec.ts: are given up behind one that is slow, never begin, and let the next one in',
    ],
  },
  {
    id: '15.4.4',
    claim: 'Hashing leaves room for everything else, and serves whoever came first.',
    tests: [
      QUEUE,
      'src/auth/passwords/hashing-queue.spec.ts: lets as many run as there are cores, and the rest in the order in which they came',
    ],
  },
];
