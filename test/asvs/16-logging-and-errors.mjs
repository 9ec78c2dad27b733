const EVENTS = 'test/sessions/security-events.e2e-spec.ts';
const CHAIN = 'test/audit/chain.e2e-spec.ts';
const HEALTH = 'test/start/health.e2e-spec.ts';

export default [
  {
    id: '16.1.1',
    claim: 'A page says what is logged, where, in which form, for how long and for whom.',
    pages: ['docs/operations.md#logs', 'docs/security-events.md#security-events'],
  },
  {
    id: '16.2.1',
    claim: 'Every security event says when, what, who, in which session and request, and from where.',
    tests: [
      `${CHAIN}: records who did what, in which session and request, from where and by which browser`,
      `${EVENTS}: tell of a log-in, with the request and its source`,
    ],
  },
  {
    id: '16.2.2',
    claim: 'Times are UTC, and say so.',
    tests: ['src/options/application-logger.spec.ts: says when in UTC, wherever the machine is'],
    pages: ['docs/operations.md#logs'],
  },
  {
    id: '16.2.3',
    claim:
      'The log goes to standard output, security events to their table as well, and nothing anywhere else.',
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
    claim: 'No log holds a password, a session ID, a token or a secret; sessions are named by hashes.',
    tests: [
      'test/start/no-secret-in-the-log.e2e-spec.ts: holds no password, hash, session ID, token or secret',
      `${CHAIN}: holds no password, session ID or token, nor a name that was typed`,
      `${EVENTS}: hold no ID, token or password`,
    ],
  },
  {
    id: '16.3.1',
    claim: 'Log-ins, right and wrong, log-outs and changes of what logs in are events.',
    tests: [
      `${EVENTS}: tell of a log-in, with the request and its source`,
      `${EVENTS}: tell of a log-in that failed, of a user or of nobody`,
      `${EVENTS}: tell of all that becomes of an account`,
      `${EVENTS}: tell of a session that ended`,
    ],
  },
  {
    id: '16.3.2',
    claim: 'What somebody may not do is an event.',
    tests: [
      `${EVENTS}: tell what somebody may not do: by the pattern of its address, and whose browser asked`,
    ],
  },
  {
    id: '16.3.3',
    claim: 'The events that are documented are told, also those of who tries to get around something.',
    tests: [
      `${EVENTS}: tell what somebody may not do`,
      `${EVENTS}: tell of a remembered device that is back, and of a token that was replayed`,
      'test/throttling/guesses.e2e-spec.ts: are a security event when they come too early',
    ],
    pages: ['docs/security-events.md#security-events'],
  },
  {
    id: '16.3.4',
    claim: 'Our own faults are logged with their stack, and what does not answer with its reason.',
    tests: [
      'test/start/no-secret-in-the-log.e2e-spec.ts: whatever went well or wrong',
      'test/audit/floods.e2e-spec.ts: what would have to be recorded is refused before it happens',
      'test/start/last-resort.e2e-spec.ts: A fault that nothing catches',
    ],
  },
  {
    id: '16.4.1',
    claim: 'Nothing that was sent begins a line of its own in the log.',
    tests: ['src/options/application-logger.spec.ts: also where that looks like a format or a template'],
    rules: ['latchkey/no-input-in-the-log'],
  },
  {
    id: '16.4.2',
    claim: 'An entry of the audit log that was changed, removed or inserted is found.',
    tests: ['test/audit/tampering.e2e-spec.ts: Tampering with the audit log'],
    pages: ['docs/operations.md#logs'],
  },
  {
    id: '16.4.3',
    claim: 'The guide sends the log to another machine as it comes.',
    pages: ['docs/operations.md#logs'],
  },
  {
    id: '16.5.1',
    claim: 'No answer tells of stacks, SQL, files or hashes.',
    tests: [
      'test/input/fuzz.e2e-spec.ts: The application under thousands of generated requests',
      'test/start/health.e2e-spec.ts: what needs no database is shown, and what needs it says that it may be tried again',
    ],
  },
  {
    id: '16.5.2',
    claim: 'While the database or Redis is away, answers are 503 in time, and nobody is let in.',
    tests: [
      `${HEALTH}: nobody is let in and nobody is taken for a guest, and all goes on when it is back`,
      `${HEALTH}: that another process has locked, requests do not wait for ever`,
      'test/database/postgres.e2e-spec.ts: is frozen: 503 in time on connections old and new',
      'test/redis/outages.e2e-spec.ts: every request with a session is answered with 503 within 2 s, and nobody is in or out',
    ],
    pages: ['docs/operations.md#when-something-is-down'],
  },
  {
    id: '16.5.3',
    claim: 'What fails lets nobody in and changes nothing: not the guard, not the throttle, not the session.',
    tests: [
      `${HEALTH}: nobody is let in and nobody is taken for a guest`,
      'test/sessions/trouble.e2e-spec.ts: an answer that promises what could not be saved is not sent',
      'test/sessions/trouble.e2e-spec.ts: a handler that breaks leaves nothing behind in the session, and no flash',
      'test/throttling/shared-counts.e2e-spec.ts: do not take a try into account that could not be looked at',
    ],
  },
  {
    id: '16.5.4',
    claim: 'A fault that nothing catches is logged; a promise that failed ends nothing.',
    tests: [
      'test/start/last-resort.e2e-spec.ts: in a promise is logged with its stack, and all goes on',
      'test/start/last-resort.e2e-spec.ts: by an exception is logged with its stack, and the process ends with code 1',
      'test/start/log.e2e-spec.ts: ends nothing',
    ],
    pages: ['docs/operations.md#logs'],
  },
];
