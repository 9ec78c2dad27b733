import type { ThrottleScope } from '../events/bus/security-event';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From so many failures on, each makes the next try wait so long. */
interface Step {
  failures: number;
  wait: number;
}

/** How failures under one key are answered; times in milliseconds. */
export interface ThrottleRule {
  /** As events name it. */
  scope: ThrottleScope;
  /** How long failures count: since the last one, or, in a window, since the first. */
  memory: number;
  isWindow: boolean;
  /** The longest wait first. */
  steps: readonly Step[];
}

/** So many in a time, counted from the first; then none until it is over. */
function windowOf(scope: ThrottleScope, limit: number, memory: number): ThrottleRule {
  return { scope, memory, isWindow: true, steps: [{ failures: limit, wait: memory }] };
}

/** Failures that make nobody wait. */
export const FREE = 5;
const LONGEST_WAIT = 15 * MINUTE;

/** 1 s after the fifth failure, then twice as long each time. */
const DOUBLING = Array.from({ length: 11 }, (_, index) => ({
  failures: FREE + index,
  wait: Math.min(SECOND * 2 ** index, LONGEST_WAIT),
})).reverse();

/** One account from one source, or from a device of its own. */
export const GUESSES: ThrottleRule = { scope: 'guesses', memory: DAY, isWindow: false, steps: DOUBLING };

/** One account over all sources: NIST SP 800-63B (3.2.2) allows 100 consecutive failures. */
export const ACCOUNT_LIMIT = 100;
export const ACCOUNT: ThrottleRule = {
  scope: 'account',
  memory: DAY,
  isWindow: false,
  steps: [{ failures: ACCOUNT_LIMIT, wait: DAY }],
};

/**
 * One account over all devices of its own, whatever happens elsewhere: others cannot fill it, and of copied cookies of
 * devices no number gets further. A log-in forgets none of them, so they count in a window.
 */
export const DEVICES = windowOf('account', ACCOUNT_LIMIT, DAY);

/** One source, whatever it tries. */
export const SOURCE_LIMIT = 100;
export const SOURCE = windowOf('source', SOURCE_LIMIT, 10 * MINUTE);

/** All sources of one customer's network in IPv6: each alone could do so much again, and would have a row of its own. */
const NETWORK_LIMIT = 1_000;
export const NETWORK = windowOf('source', NETWORK_LIMIT, 10 * MINUTE);

/** Passwords whose strength a source asks for, which takes some milliseconds each: more than anyone types in a minute. */
const STRENGTH_LIMIT = 120;
export const STRENGTH = windowOf('source', STRENGTH_LIMIT, MINUTE);
export const STRENGTH_OF_NETWORK = windowOf('source', 10 * STRENGTH_LIMIT, MINUTE);

/** Mails of one kind to one address, whoever asks for them. */
const MAIL_LIMIT = 5;
export const MAIL = windowOf('mail', MAIL_LIMIT, HOUR);

/** Sessions that one remembered device starts without a password. */
export const deviceRule = (limit: number): ThrottleRule => windowOf('device', limit, 10 * MINUTE);

const action = (limit: number, memory: number): ThrottleRule => windowOf('action', limit, memory);

/** What one account does with success, from all sources together: each sends a mail or adds an audit entry kept for a year. */
export const ACTIONS = {
  'email-change': action(5, HOUR),
  'email-link': action(10, HOUR),
  rename: action(30, HOUR),
  export: action(30, HOUR),
  'password-change': action(20, HOUR),
  reauthentication: action(60, 10 * MINUTE),
  'log-in': action(120, 10 * MINUTE),
};
