const { availableParallelism } = require('node:os');
const {
  findChromium,
  findFaketime,
  findHydra,
  findNginx,
  findPgbouncer,
  findPostgres,
  findRedis,
  findRedisSentinel,
  findRoot,
  findSlapd,
  findSqlmap,
  findStrace,
  findWapiti,
} = require('./test/support/services.cjs');

function project(displayName, testMatch, database, rest) {
  return {
    displayName,
    rootDir: __dirname,
    testMatch: [`<rootDir>/${testMatch}`],
    testEnvironment: 'node',
    // One for all projects, so that they share what is transpiled.
    id: 'latchkey',
    transform: { '\\.ts$': '<rootDir>/test/support/transpile.cjs' },
    // test/support/database.ts asks this which database to make.
    globals: { LATCHKEY_DATABASE: database },
    globalSetup: '<rootDir>/test/support/sqlite-global-setup.ts',
    globalTeardown: '<rootDir>/test/support/sqlite-global-teardown.ts',
    ...rest,
  };
}

/** @param paths regular expressions, without the end that all e2e suites have in common. */
const suites = (displayName, paths, database, rest) =>
  project(displayName, '', database, {
    testMatch: undefined,
    testRegex: paths.map((path) => `/${path}\\.e2e-spec\\.ts$`),
    ...rest,
  });

/** Leaves a project out, with a word about it, where its programs are missing; where they must be there, fails. */
function needs({ missing }, wanted) {
  if (!missing) return [wanted];
  const message = `${wanted.displayName}: ${missing}`;
  if (process.env.REQUIRE_SERVICES === '1') throw new Error(message);
  process.stderr.write(`SKIPPED: ${message}\n`);
  return [];
}

const allOf = (...programs) => programs.find(({ missing }) => missing) ?? programs[0];
/** Suites that start Redis servers of their own belong to the project that needs Redis. */
const WITHOUT_REDIS = ['/node_modules/', '<rootDir>/test/redis/'];
const ON_POSTGRES = '/postgres[\\w-]*\\.e2e-spec\\.ts$';
const POSTGRES = {
  testPathIgnorePatterns: WITHOUT_REDIS,
  globalSetup: '<rootDir>/test/support/postgres-global-setup.ts',
  globalTeardown: '<rootDir>/test/support/postgres-global-teardown.cjs',
};
/** Part of `npm run test:nightly` alone. */
const FUZZ = 'test/input/fuzz';
const KILLS = 'test/faults/.*';
/** They start processes, wait on purpose, play rounds or try many variants. `npm test` leaves them out, to be done in three minutes. */
const LONG = [
  'test/(audit|cli|connections|consumers|contracts|database|drafts|mail|metrics|start|submissions|throttling)/.*',
  'test/access/(dead-cookies|same-origin|transports)',
  'test/account/(export|session-events|stream-bounds)',
  'test/auth/(disabled|email-confirmation|equal|fair|full|hashing|no-default|password-reset|stored).*',
  'test/auth/remember-(cookie|me-).*',
  'test/flash/shown-to-a-person',
  'test/input/(body-lengths|encodings|field-shapes|forwarded-for|headers|ids|injections|line-ends|look-alikes|names|paths|session-cookies|slow).*',
  'test/sessions/(bounds|cookie-renewal|durable|ended|known|limit|many|moving|parallel|parked|purge|races|restart|session-cache|session-id|store-dumps|time|touch).*',
];
/** What these show depends on the database: its statements, locks, constraints, transactions or outages. */
const ABOUT_DATABASE = [
  'test/(contracts|database|drafts)/(?!sqlite).*',
  'test/account/(delete|export|password|rename).*',
  'test/api/list-statements',
  'test/audit/(chain|tampering).*',
  'test/auth/(login|remember-me|remember-me-theft|stored).*',
  'test/hooks/.*',
  'test/cli/(doctor|users-import|wrong-urls).*',
  'test/input/(ids|look-alikes).*',
  'test/mail/outbox.*',
  'test/sessions/(bounds|ended-before|many|parallel|parked|purge|races|session-cache|session-reader|touch-buffer).*',
  'test/start/(foreign-tables|health).*',
  'test/submissions/second-click.*',
  'test/throttling/(guesses|shared-counts).*',
  'test/users/.*',
];
/** What these show depends on where the values of sessions lie. */
const ABOUT_SESSIONS = [
  'test/(contracts|redis)/.*',
  'test/auth/login.*',
  'test/chapter/(counter|sessions).*',
  'test/flash/(?!shown).*',
  'test/sessions/(durable|ended-before|parallel|races|session-cache|values).*',
];

module.exports = {
  testTimeout: 30_000,
  reporters: [
    'default',
    '<rootDir>/test/support/log-canary-reporter.cjs',
    '<rootDir>/test/support/results-reporter.cjs',
  ],
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // What a worker has loaded for earlier files stays in its memory.
  workerIdleMemoryLimit: '1GB',
  projects: [
    project('unit', '{src,test}/**/*.spec.ts', 'sqlite'),
    project('e2e', 'test/**/*.e2e-spec.ts', 'sqlite', {
      testPathIgnorePatterns: [...WITHOUT_REDIS, ON_POSTGRES, ...LONG, FUZZ, KILLS],
    }),
    suites('e2e-long', LONG, 'sqlite', { testPathIgnorePatterns: [...WITHOUT_REDIS, ON_POSTGRES] }),
    ...needs(
      allOf(findPostgres(), findPgbouncer()),
      suites('e2e-postgres', ABOUT_DATABASE, 'postgres', POSTGRES),
    ),
    ...needs(
      allOf(findPostgres(), findRedis(), findRedisSentinel()),
      suites('e2e-redis', ABOUT_SESSIONS, 'postgres', {
        globals: { LATCHKEY_DATABASE: 'postgres', LATCHKEY_SESSION_STORE: 'redis' },
        globalSetup: '<rootDir>/test/support/redis-global-setup.ts',
        globalTeardown: '<rootDir>/test/support/redis-global-teardown.cjs',
      }),
    ),
    ...needs(findFaketime(), project('clock', 'test/**/*.clock-spec.ts', 'sqlite')),
    ...needs(findSlapd(), project('ldap', 'test/**/*.ldap-spec.ts', 'sqlite')),
    ...needs(findNginx(), project('proxies', 'test/**/*.proxy-spec.ts', 'sqlite')),
    ...needs(findChromium(), project('browser', 'test/browser/**/*.browser-spec.ts', 'sqlite')),

    suites('fuzz', [FUZZ], 'sqlite'),
    suites('kills', [KILLS], 'sqlite', { testPathIgnorePatterns: [...WITHOUT_REDIS, ON_POSTGRES] }),
    ...needs(findPostgres(), suites('kills-postgres', [KILLS], 'postgres', POSTGRES)),
    ...needs(allOf(findStrace(), findRoot()), project('faults', 'test/faults/*.fault-spec.ts', 'sqlite')),
    ...needs(
      allOf(findSqlmap(), findWapiti(), findHydra()),
      project('scanners', 'test/scanners/*.scanner-spec.ts', 'sqlite'),
    ),
    // Only the long form: each suite has a short one that `npm run test:all` runs.
    project('soak', 'test/nightly/**/*.nightly-spec.ts', 'sqlite', { testTimeout: 1_800_000 }),
  ],
};
