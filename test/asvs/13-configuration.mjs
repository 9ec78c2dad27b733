const RULES = 'src/options/production-rules.spec.ts';
const PATHS = 'test/input/paths.e2e-spec.ts';
const POSTGRES = 'test/database/postgres.e2e-spec.ts';

export default [
  {
    id: '13.1.1',
    claim:
      'A page lists what Latchkey connects to: a database, Redis and a mail server, and no host that a visitor names.',
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.1.2',
    claim: 'It documents how many connections there are, and what happens when they are used up.',
    tests: [`${POSTGRES}: blocks all connections: requests waiting for one get 503 in time as well`],
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.1.3',
    claim: 'It documents the timeout and the retries of each.',
    pages: ['docs/operations.md#what-it-talks-to', 'docs/operations.md#when-something-is-down'],
  },
  {
    id: '13.1.4',
    claim: 'A page lists the secrets, and when each is replaced.',
    pages: ['docs/cryptography.md#keys'],
  },
  {
    id: '13.2.1',
    claim: 'Latchkey uses its own account at each service; Redis refuses a wrong password.',
    tests: [
      'test/redis/outages.e2e-spec.ts: every request with a session gets 503 within 2 s, and no session starts or ends',
    ],
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.2.2',
    claim: 'The guide gives each account only the rights it needs.',
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.2.3',
    claim: 'There are no default credentials; short or missing secrets are refused in production.',
    tests: [`${RULES}: the secret must be given, and each be long enough`, `${RULES}: no secret is made`],
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.2.4',
    claim: 'The server connects only to what settings name; a page lists it for the firewall.',
    rules: ['latchkey/no-connection-elsewhere'],
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.2.5',
    claim: 'The server sends requests to no other host, and reads files only of its own folders.',
    tests: [`${PATHS}: leads to no file beside those that are meant to be seen`],
    rules: ['latchkey/no-connection-elsewhere'],
  },
  {
    id: '13.2.6',
    claim: 'Timeouts and connections are as documented.',
    tests: [
      `${POSTGRES}: is frozen: 503 in time on old and new connections, also for many requests, and recovery after the thaw`,
      `${POSTGRES}: accepts no more connections: 503 in time, until it does`,
      'test/redis/outages.e2e-spec.ts: is slow at each command, one request waits at most 2 s for all of its commands',
    ],
  },
  {
    id: '13.3.1',
    claim:
      'Secrets come from the environment or a file that only its user can read, are never shown, and can be replaced.',
    tests: [
      'src/options/kept-secret.spec.ts: can be read by its owner alone, whatever the umask',
      'test/start/no-secret-in-the-log.e2e-spec.ts: contains no password, hash, session ID, token or secret, for successes and failures',
      'src/options/load-settings.spec.ts: that are bad are told all at once, each once, and never with their value',
    ],
    pages: ['docs/cryptography.md#keys', 'docs/operations.md#secrets'],
  },
  {
    id: '13.3.2',
    claim: 'Only the process and its operator have access to its secrets.',
    tests: ['src/options/kept-secret.spec.ts: can be read by its owner alone, whatever the umask'],
    pages: ['docs/cryptography.md#keys', 'docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.3.4',
    claim: 'Secrets are replaced on a schedule, without logging users out.',
    tests: [
      'test/sessions/cookie-renewal.e2e-spec.ts: log no user out: it is added last, then moved first, then the old one is removed',
      'test/sessions/cookie-renewal.e2e-spec.ts: is refused without a store lookup once its secret is removed; a renewed one is valid',
    ],
    pages: ['docs/operations.md#secrets', 'docs/cryptography.md#keys'],
  },
  {
    id: '13.4.1',
    claim: 'A deployment contains no repository, and no address serves one.',
    tests: [
      'test/package/packed.spec.ts: is the built application with its views, assets and pages',
      `${PATHS}: leads to no file beside those that are meant to be seen`,
    ],
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.4.2',
    claim: 'No response contains a stack trace, in any mode; the lab is off in production.',
    tests: [
      'test/answers/broken-views.e2e-spec.ts: A view that cannot be rendered',
      'test/input/fuzz.e2e-spec.ts: The application under thousands of generated requests',
      'test/start/start.e2e-spec.ts: in production starts with safe settings, without the lab',
    ],
  },
  {
    id: '13.4.3',
    claim: 'There are no directory listings.',
    tests: [`${PATHS}: leads to no file beside those that are meant to be seen: /assets`],
  },
  {
    id: '13.4.4',
    claim: 'TRACE is refused and echoes nothing.',
    tests: ['test/input/methods.e2e-spec.ts: does not echo a TRACE request'],
  },
  {
    id: '13.4.5',
    claim:
      'The API’s documentation and the health checks are public on purpose, and reveal nothing about the server; metrics are off, and have their own address.',
    tests: [
      'test/access/closed-by-default.e2e-spec.ts: is in the list of public ones, or closed',
      'test/metrics/metrics.e2e-spec.ts: are served at their own address, and nothing else is',
      'test/metrics/metrics.e2e-spec.ts: are not served by default',
    ],
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.4.6',
    claim: 'No header names the server or its version.',
    tests: ['test/answers/every-answer.e2e-spec.ts: reveals neither the server nor its version'],
  },
  {
    id: '13.4.7',
    claim: 'The asset folders contain style sheets, scripts and images, and nothing else is served.',
    tests: [
      'test/package/packed.spec.ts: has only style sheets, scripts and images among its assets',
      `${PATHS}: leads to no file beside those that are meant to be seen`,
    ],
  },
];
