const EVENTS = 'test/sessions/security-events.e2e-spec.ts';
const CHAIN = 'test/audit/chain.e2e-spec.ts';
const HEALTH = 'test/start/health.e2e-spec.ts';

export default [
  {
    id: '16.1.1',
    claim: 'A page documents what is logged, where, in which format, for how long and for whom.',
    pages: ['docs/operations.md#logs', 'docs/security-events.md#security-events'],
  },
  {
    id: '16.2.1',
    claim: 'Every security event contains time, type, user, session, request and source.',
    tests: [
      `${CHAIN}: records user, action, session, request, source and browser`,
      `${EVENTS}: for a log-in, with the request and its source`,
    ],
  },
  {
    id: '16.2.2',
    claim: 'Times are UTC and marked as such.',
    tests: ['src/options/application-logger.spec.ts: says when in UTC, wherever the machine is'],
    pages: ['docs/operations.md#logs'],
  },
  {
    id: '16.2.3',
    claim: 'The log goes to standard output, security events also to their table, and nothing anywhere else.',
    rules: ['latchkey/no-other-file'],
    pages: ['docs/operations.md#logs'],
  },
  {
    id: '16.2.4',
    claim: 'In production each line is a JSON object.',
    tests: [
      'test/start/start.e2e-spec.ts: in production starts with safe settings, without the lab, and logs one JSON object a line',
    ],
  },
  {
    id: '16.2.5',
    claim:
      'No log contains a password, a session ID, a token or a secret; sessions are identified by hashes.',
    tests: [
      'test/start/no-secret-in-the-log.e2e-spec.ts: contains no password, hash, session ID, token or secret, for successes and failures',
      `${CHAIN}: contains no password, session ID, token or typed name`,
      `${EVENTS}: without any secret ID, token or password`,
    ],
  },
  {
    id: '16.3.1',
    claim: 'Log-ins, successful and failed, log-outs and changes of credentials are events.',
    tests: [
      `${EVENTS}: for a log-in, with the request and its source`,
      `${EVENTS}: for a failed log-in, of a known or an unknown user`,
      `${EVENTS}: for every change of an account, with the acting user and session`,
      `${EVENTS}: tell of a session that ended`,
    ],
  },
  {
    id: '16.3.2',
    claim: 'A refused authorization is an event.',
    tests: [`${EVENTS}: for a refused authorization, with the route pattern and the user`],
  },
  {
    id: '16.3.3',
    claim: 'The documented events are published, also those of attempts to bypass a control.',
    tests: [
      `${EVENTS}: for a refused authorization, with the route pattern and the user`,
      `${EVENTS}: for a remembered device that returns, and for a replayed token`,
      'test/throttling/guesses.e2e-spec.ts: publish a security event when they come too early',
    ],
    pages: ['docs/security-events.md#security-events'],
  },
  {
    id: '16.3.4',
    claim: 'Unexpected errors are logged with their stack, and unavailable services with the reason.',
    tests: [
      'test/start/no-secret-in-the-log.e2e-spec.ts: contains no password, hash, session ID, token or secret, for successes and failures',
      'test/audit/floods.e2e-spec.ts: an action that must be recorded is refused beforehand, reads work, and no event is lost',
      'test/start/last-resort.e2e-spec.ts: A fault that nothing catches',
    ],
  },
  {
    id: '16.4.1',
    claim: 'No input can start a new line in the log.',
    tests: ['src/options/application-logger.spec.ts: also where that looks like a format or a template'],
    rules: ['latchkey/no-input-in-the-log'],
  },
  {
    id: '16.4.2',
    claim: 'An audit log entry that was changed, removed or inserted is detected.',
    tests: ['test/audit/tampering.e2e-spec.ts: Tampering with the audit log'],
    pages: ['docs/operations.md#logs'],
  },
  {
    id: '16.4.3',
    claim: 'The guide ships the log to another machine continuously.',
    pages: ['docs/operations.md#logs'],
  },
  {
    id: '16.5.1',
    claim: 'No response reveals stack traces, SQL, files or hashes.',
    tests: [
      'test/input/fuzz.e2e-spec.ts: The application under thousands of generated requests',
      'test/start/health.e2e-spec.ts: pages without database access work, and others get 503 with a retry',
    ],
  },
  {
    id: '16.5.2',
    claim:
      'While the database or Redis is unavailable, responses are 503 in time, and no request is authorized.',
    tests: [
      `${HEALTH}: no request is authorized and no user becomes a guest, and everything recovers when it is back`,
      `${HEALTH}: requests to a locked database time out`,
      'test/database/postgres.e2e-spec.ts: is frozen: 503 in time on old and new connections, also for many requests, and recovery after the thaw',
      'test/redis/outages.e2e-spec.ts: every request with a session gets 503 within 2 s, and no session starts or ends',
    ],
    pages: ['docs/operations.md#when-something-is-down'],
  },
  {
    id: '16.5.3',
    claim: 'Every failure denies access and changes nothing: in the guard, the throttle and the session.',
    tests: [
      `${HEALTH}: no request is authorized and no user becomes a guest, and everything recovers when it is back`,
      'test/sessions/trouble.e2e-spec.ts: a response is replaced by 503, without redirect and cookie, if the session could not be saved',
      'test/sessions/trouble.e2e-spec.ts: a handler that throws stores nothing in the session, and no flash',
      'test/throttling/shared-counts.e2e-spec.ts: do not include an attempt that could not be verified',
    ],
  },
  {
    id: '16.5.4',
    claim: 'An uncaught error is logged; an unhandled rejection does not end the process.',
    tests: [
      'test/start/last-resort.e2e-spec.ts: in a promise is logged with its stack, and the process continues',
      'test/start/last-resort.e2e-spec.ts: in an exception is logged with its stack, and the process exits with 1',
      'test/start/log.e2e-spec.ts: does not end the process',
    ],
    pages: ['docs/operations.md#logs'],
  },
];
