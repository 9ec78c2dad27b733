const RULES = 'src/options/production-rules.spec.ts';
const PATHS = 'test/input/paths.e2e-spec.ts';
const POSTGRES = 'test/database/postgres.e2e-spec.ts';

export default [
  {
    id: '13.1.1',
    claim:
      'A page says what Latchkey connects to: a database, Redis and a mail server, and nobody that a visitor names.',
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.1.2',
    claim: 'It says how many connections there are, and what happens when they are used up.',
    tests: [`${POSTGRES}: keeps all connections waiting: those who wait for one are told in time as well`],
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.1.3',
    claim: 'It says how long each is waited for, and when it is tried again.',
    pages: ['docs/operations.md#what-it-talks-to', 'docs/operations.md#when-something-is-down'],
  },
  {
    id: '13.1.4',
    claim: 'A page lists the secrets, and when each is replaced.',
    pages: ['docs/cryptography.md#keys'],
  },
  {
    id: '13.2.1',
    claim: 'Each service is spoken to by an account of its own; Redis with another password lets nobody in.',
    tests: [
      'test/redis/outages.e2e-spec.ts: has another password than we were told every request with a session is answered with 503',
    ],
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.2.2',
    claim: 'The guide gives each account what it needs and no more.',
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.2.3',
    claim: 'No credential comes along; secrets that are short or missing are refused in production.',
    tests: [`${RULES}: the secret must be given, and each be long enough`, `${RULES}: no secret is made`],
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.2.4',
    claim: 'What is connected to is what settings name; a page lists it for the firewall.',
    rules: ['latchkey/no-connection-elsewhere'],
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.2.5',
    claim: 'The server asks nobody else for anything, and reads files of its own folders alone.',
    tests: [`${PATHS}: leads to no file beside those that are meant to be seen`],
    rules: ['latchkey/no-connection-elsewhere'],
  },
  {
    id: '13.2.6',
    claim: 'Time limits and connections are those that the page says.',
    tests: [
      `${POSTGRES}: is frozen: 503 in time on connections old and new`,
      `${POSTGRES}: takes no more connections: 503 in time, until it does`,
      'test/redis/outages.e2e-spec.ts: is slow at each command, one request still waits no longer than 2 s for all of its own',
    ],
  },
  {
    id: '13.3.1',
    claim:
      'Secrets come from the environment or a file that its user alone can read, are never shown, and can be replaced.',
    tests: [
      'src/options/kept-secret.spec.ts: can be read by its owner alone, whatever the umask',
      'test/start/no-secret-in-the-log.e2e-spec.ts: holds no password, hash, session ID, token or secret',
      'src/options/load-settings.spec.ts: that are bad are told all at once, each once, and never with their value',
    ],
    pages: ['docs/cryptography.md#keys', 'docs/operations.md#secrets'],
  },
  {
    id: '13.3.2',
    claim: 'Only the process and its operator know its secrets.',
    tests: ['src/options/kept-secret.spec.ts: can be read by its owner alone, whatever the umask'],
    pages: ['docs/cryptography.md#keys', 'docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.3.4',
    claim: 'Secrets are replaced on a schedule, without logging anybody out.',
    tests: [
      'test/sessions/cookie-renewal.e2e-spec.ts: log nobody out: it is added behind, then put in front, then left alone',
      'test/sessions/cookie-renewal.e2e-spec.ts: is refused when its secret is gone',
    ],
    pages: ['docs/operations.md#secrets', 'docs/cryptography.md#keys'],
  },
  {
    id: '13.4.1',
    claim: 'What is deployed has no repository in it, and no address leads to one.',
    tests: [
      'test/package/packed.spec.ts: is the built application with its views, assets and pages',
      `${PATHS}: leads to no file beside those that are meant to be seen`,
    ],
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.4.2',
    claim: 'No answer holds a stack, in whatever mode; the lab is off in production.',
    tests: [
      'test/input/fuzz.e2e-spec.ts: The application under thousands of generated requests',
      'test/start/start.e2e-spec.ts: in production starts with safe settings, without the lab',
    ],
  },
  {
    id: '13.4.3',
    claim: 'No folder is listed.',
    tests: [`${PATHS}: leads to no file beside those that are meant to be seen: /assets`],
  },
  {
    id: '13.4.4',
    claim: 'TRACE is refused and sends nothing back.',
    tests: ['test/input/methods.e2e-spec.ts: sends nothing of the request back to TRACE'],
  },
  {
    id: '13.4.5',
    claim:
      'The documentation of the API and the health checks are public on purpose, and tell nothing of the server; metrics are off, and have an address of their own.',
    tests: [
      'test/access/closed-by-default.e2e-spec.ts: is in the list of public ones, or closed',
      'test/metrics/metrics.e2e-spec.ts: are told at an address of their own, and nothing else is',
      'test/metrics/metrics.e2e-spec.ts: are not served where nobody has asked for them',
    ],
    pages: ['docs/operations.md#what-it-talks-to'],
  },
  {
    id: '13.4.6',
    claim: 'No header names the server or its version.',
    tests: ['test/answers/every-answer.e2e-spec.ts: tells nothing of the server and its version'],
  },
  {
    id: '13.4.7',
    claim: 'The folders of assets hold style sheets, scripts and images, and nothing else is served.',
    tests: [
      'test/package/packed.spec.ts: has only style sheets, scripts and images among its assets',
      `${PATHS}: leads to no file beside those that are meant to be seen`,
    ],
  },
];
