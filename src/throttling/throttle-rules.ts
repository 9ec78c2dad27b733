import type { ThrottleScope } from '../events/bus/security-event';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From this number of failures on, each one blocks for `wait`. */
interface Step {
  failures: number;
  wait: number;
}

/** How to respond to failures under one key. Times are in milliseconds. */
export interface ThrottleRule {
  /** The name in events. */
  scope: ThrottleScope;
  /** How long failures count: since the last one, or in a window since the first. */
  memory: number;
  isWindow: boolean;
  /** Longest wait first. */
  steps: readonly Step[];
}

/** Allows `limit` per time window, which starts with the first. */
function windowOf(scope: ThrottleScope, limit: number, memory: number): ThrottleRule {
  return { scope, memory, isWindow: true, steps: [{ failures: limit, wait: memory }] };
}

/** Failures without a wait. */
export const FREE = 5;
const LONGEST_WAIT = 15 * MINUTE;

/** 1 s after the fifth failure, then doubling. */
const DOUBLING = Array.from({ length: 11 }, (_, index) => ({
  failures: FREE + index,
  wait: Math.min(SECOND * 2 ** index, LONGEST_WAIT),
})).reverse();

/** One account from one source, or from one of its known devices. */
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
 * One account over all its known devices, independent of other sources: attackers without such a device
 * cannot fill it, and many stolen device cookies give no more guesses. A log-in does not reset it, so it is a
 * window.
 */
export const DEVICES = windowOf('account', ACCOUNT_LIMIT, DAY);

/** One source, for all accounts. */
export const SOURCE_LIMIT = 100;
export const SOURCE = windowOf('source', SOURCE_LIMIT, 10 * MINUTE);

/**
 * One customer's IPv6 network. Otherwise each of its sources could use the full limit and would need a row.
 */
const NETWORK_LIMIT = 1_000;
export const NETWORK = windowOf('source', NETWORK_LIMIT, 10 * MINUTE);

/**
 * Password strength checks of one source, which take some milliseconds each: more than a user types in a
 * minute.
 */
const STRENGTH_LIMIT = 120;
export const STRENGTH = windowOf('source', STRENGTH_LIMIT, MINUTE);
export const STRENGTH_OF_NETWORK = windowOf('source', 10 * STRENGTH_LIMIT, MINUTE);

/** Mails of one kind to one address, from all sources. */
const MAIL_LIMIT = 5;
export const MAIL = windowOf('mail', MAIL_LIMIT, HOUR);

/** Sessions that one remembered device starts without a password. */
export const deviceRule = (limit: number): ThrottleRule => windowOf('device', limit, 10 * MINUTE);

const action = (limit: number, memory: number): ThrottleRule => windowOf('action', limit, memory);

/**
 * Successful actions of one account over all sources. Each sends a mail or adds an audit entry that is kept
 * for a year.
 */
export const ACTIONS = {
  'email-change': action(5, HOUR),
  'email-link': action(10, HOUR),
  rename: action(30, HOUR),
  export: action(30, HOUR),
  'password-change': action(20, HOUR),
  reauthentication: action(60, 10 * MINUTE),
  'log-in': action(120, 10 * MINUTE),
};
