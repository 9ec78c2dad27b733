import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { Settings } from '../options/settings';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { KeyedSemaphore } from './keyed-semaphore';
import { networkOf, sourceOf } from '../http/request-source';

import {
  ACCOUNT,
  ACCOUNT_LIMIT,
  ACTIONS,
  deviceRule,
  DEVICES,
  FREE,
  GUESSES,
  MAIL,
  NETWORK,
  SOURCE,
  SOURCE_LIMIT,
  STRENGTH,
  STRENGTH_OF_NETWORK,
  type ThrottleRule,
} from './throttle-rules';
import { type Counted, ThrottleStore } from './throttle-store';
import { TooManyAttempts } from './too-many-attempts';

/** The account and device of a password attempt. */
export interface Guess {
  /** The account in a canonical form, whether or not it exists. */
  account: string;
  userId: number | null;
  /** A device on which this user has logged in with this password. Attackers elsewhere cannot lock it out. */
  deviceId: string | null;
}

/** Actions throttled per source. */
export type SourceAction = 'log-in' | 'sign-up' | 'password-reset' | 'email' | 'password-strength';

/** Actions throttled per account. */
export type AccountAction = keyof typeof ACTIONS;

/** Throttles password guesses and floods of forms (ASVS 5.0: 6.3.1). THROTTLE=off disables it. */
@Injectable()
export class Throttle {
  private readonly ofSource: KeyedSemaphore;
  /** Nested in the semaphore of the source, which limits the queue. */
  private readonly ofAccount = new KeyedSemaphore(FREE, SOURCE_LIMIT);
  private readonly deviceRule: ThrottleRule;

  constructor(
    private readonly counters: ThrottleStore,
    private readonly events: SecurityEventBus,
    private readonly settings: Settings,
  ) {
    this.ofSource = new KeyedSemaphore(SOURCE_LIMIT, settings.hashQueuePerSource);
    this.deviceRule = deviceRule(settings.rememberedLogins);
  }

  /**
   * Counts an action of the request's source: 100 of each in 10 minutes, 120 of `password-strength` in one.
   * @throws TooManyAttempts
   */
  async source(request: RequestContext, action: SourceAction): Promise<void> {
    if (this.settings.throttle) await this.reserve(request, bySource(request, action), null);
  }

  /**
   * Counts an action of an account. Call it just before the action, so that refused ones do not count.
   * @throws TooManyAttempts
   */
  async account(request: RequestContext, userId: number, action: AccountAction): Promise<void> {
    if (!this.settings.throttle) return;
    await this.reserve(request, [{ rule: ACTIONS[action], key: `${action} of ${userId}` }], userId);
  }

  /**
   * Counts a session started by a remembered device: REMEMBERED_LOGINS in 10 minutes.
   * @throws TooManyAttempts
   */
  async device(request: RequestContext, familyId: string): Promise<void> {
    if (!this.settings.throttle) return;
    await this.reserve(request, [{ rule: this.deviceRule, key: `remembered ${familyId}` }], null);
  }

  /**
   * Checks that a source is not blocked, before the server processes its input. Counts nothing.
   * @throws TooManyAttempts
   */
  async requireUnblocked(request: RequestContext, action: SourceAction): Promise<void> {
    if (!this.settings.throttle) return;
    for (const counted of bySource(request, action)) {
      const blockedFor = await this.counters.isBlockedFor(counted);
      if (blockedFor > 0) this.refuse(request, counted, blockedFor, null);
    }
  }

  /**
   * Counts a requested mail: 5 of a kind to one address per hour, so an attacker cannot flood a mailbox.
   * @param address in a canonical form, whether or not a user has it.
   * @returns whether it may be sent.
   */
  async mail(kind: string, address: string, request?: RequestContext): Promise<boolean> {
    if (!this.settings.throttle) return true;
    const reservation = await this.counters.reserve([{ rule: MAIL, key: `mail ${kind} ${address}` }]);
    if ('failures' in reservation) return true;
    this.events.publish('auth.throttled', { userId: null, scope: 'mail' }, request);
    return false;
  }

  /**
   * Checks a password unless throttled. If `isRight` throws, the attempt does not count.
   * @param isRight checks the password; not called if the attempt is refused.
   * @throws TooManyAttempts
   */
  async guess(request: RequestContext, guess: Guess, isRight: () => Promise<boolean>): Promise<boolean> {
    if (!this.settings.throttle) return isRight();
    return this.inPlace(request, guess, async () => {
      const counters = countersOf(request, guess);
      const counted = [...counters.shared, ...counters.own, ...counters.account];
      const failures = await this.reserve(request, counted, guess.userId);
      if (await this.settle(counters, isRight)) return true;
      if (counters.account.length > 0 && failures.at(-1) === ACCOUNT_LIMIT) {
        this.events.publish('auth.accountLocked', { userId: guess.userId }, request);
      }
      return false;
    });
  }

  /** Unlocks an account, for example after a password reset. */
  async unlock(account: string): Promise<void> {
    await this.counters.clear([ofAccount(account), ofDevices(account)]);
  }

  /**
   * An attempt counts as a failure until it succeeds. Limiting concurrent attempts to the allowed failures
   * keeps parallel correct ones from blocking each other.
   */
  private inPlace<T>({ ip }: RequestContext, { account }: Guess, task: () => Promise<T>): Promise<T> {
    const source = sourceOf(ip);
    return this.ofSource.run(source, () => this.ofAccount.run(`${source} ${account}`, task));
  }

  private async reserve(
    request: RequestContext,
    counted: Counted[],
    userId: number | null,
  ): Promise<number[]> {
    const reservation = await this.counters.reserve(counted);
    if ('failures' in reservation) return reservation.failures;
    const { by, blockedFor } = reservation;
    return this.refuse(request, by, blockedFor, userId);
  }

  private refuse(request: RequestContext, by: Counted, blockedFor: number, userId: number | null): never {
    this.events.publish('auth.throttled', { userId, scope: by.rule.scope }, request);
    throw new TooManyAttempts(Math.ceil(blockedFor / 1000));
  }

  /** Checks an attempt that is already counted, and uncounts it unless it is wrong. */
  private async settle(
    { shared, own, account }: Counters,
    isRight: () => Promise<boolean>,
  ): Promise<boolean> {
    try {
      if (!(await isRight())) return false;
      await this.counters.clear([...own, ...account], shared);
      return true;
    } catch (error) {
      await this.counters.uncount([...shared, ...own, ...account]);
      throw error;
    }
  }
}

/** The counters of a guess, in the order of counting. */
interface Counters {
  /** Shared with other attempts: a success only uncounts itself. */
  shared: Counted[];
  own: Counted[];
  /** Of an account over all sources: when it is full, the account is locked. */
  account: Counted[];
}

/**
 * A known device has its own counter and one for all known devices. Counters that strangers can fill do not
 * apply.
 */
function countersOf(request: RequestContext, { account, deviceId }: Guess): Counters {
  if (deviceId !== null) {
    const own = { rule: GUESSES, key: `device ${deviceId} ${account}` };
    return { shared: [ofDevices(account)], own: [own], account: [] };
  }
  return {
    shared: bySource(request, 'log-in'),
    own: [{ rule: GUESSES, key: `guesses ${sourceOf(request.ip)} ${account}` }],
    account: [ofAccount(account)],
  };
}

function bySource({ ip }: RequestContext, action: SourceAction): Counted[] {
  const source = sourceOf(ip);
  const network = networkOf(source);
  const [ofSource, ofNetwork] =
    action === 'password-strength' ? [STRENGTH, STRENGTH_OF_NETWORK] : [SOURCE, NETWORK];
  return [
    { rule: ofSource, key: `${action} ${source}` },
    ...(network === null ? [] : [{ rule: ofNetwork, key: `${action} ${network}` }]),
  ];
}

const ofAccount = (account: string): Counted => ({ rule: ACCOUNT, key: `account ${account}` });
const ofDevices = (account: string): Counted => ({ rule: DEVICES, key: `devices ${account}` });
