import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Settings } from '../options/settings';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { KeyedSemaphore } from './keyed-semaphore';
import { networkOf } from '../http/network-of';
import { sourceOf } from './source-of';
import { type Counted, ThrottleCounters } from './throttle-counters';
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
import { TooManyAttempts } from './too-many-attempts';

/** Whose password is tried, and on what. */
export interface Guess {
  /** Names the account in one form only, whether or not it exists. */
  account: string;
  userId: number | null;
  /** A device on which this user has logged in before, with this password: strangers cannot lock it out. */
  deviceId: string | null;
}

/** What one source may do only so often. */
export type SourceAction = 'log-in' | 'sign-up' | 'password-reset' | 'email' | 'password-strength';

/** What one account may do only so often. */
export type AccountAction = keyof typeof ACTIONS;

/** Slows down and stops whoever guesses passwords or floods a form (ASVS 5.0: 6.3.1). THROTTLE=off lets all through. */
@Injectable()
export class Throttle {
  private readonly ofSource: KeyedSemaphore;
  /** Within those of a source, which bounds how many wait. */
  private readonly ofAccount = new KeyedSemaphore(FREE, SOURCE_LIMIT);
  private readonly deviceRule: ThrottleRule;

  constructor(
    private readonly counters: ThrottleCounters,
    private readonly events: SecurityEventBus,
    private readonly settings: Settings,
  ) {
    this.ofSource = new KeyedSemaphore(SOURCE_LIMIT, settings.hashQueuePerSource);
    this.deviceRule = deviceRule(settings.rememberedLogins);
  }

  /**
   * Counts an action of whoever sends this request: 100 of each in 10 minutes, 120 of `password-strength` in one.
   * @throws TooManyAttempts
   */
  async source(request: Request, action: SourceAction): Promise<void> {
    if (this.settings.throttle) await this.reserve(request, bySource(request, action), null);
  }

  /**
   * Counts an action of an account, just before it is done: what is refused for another reason should not count.
   * @throws TooManyAttempts
   */
  async account(request: Request, userId: number, action: AccountAction): Promise<void> {
    if (!this.settings.throttle) return;
    await this.reserve(request, [{ rule: ACTIONS[action], key: `${action} of ${userId}` }], userId);
  }

  /**
   * Counts a session that a remembered device starts: REMEMBERED_LOGINS in 10 minutes.
   * @throws TooManyAttempts
   */
  async device(request: Request, familyId: string): Promise<void> {
    if (!this.settings.throttle) return;
    await this.reserve(request, [{ rule: this.deviceRule, key: `remembered ${familyId}` }], null);
  }

  /**
   * Whether a source may act at all. Asked before anything is made of what it sent; counts nothing.
   * @throws TooManyAttempts
   */
  async ask(request: Request, action: SourceAction): Promise<void> {
    if (!this.settings.throttle) return;
    for (const counted of bySource(request, action)) {
      const blockedFor = await this.counters.isBlockedFor(counted);
      if (blockedFor > 0) this.refuse(request, counted, blockedFor, null);
    }
  }

  /**
   * Counts a mail that somebody asks for: 5 of a kind to one address in an hour, so that nobody's mailbox is flooded.
   * @param address in one form only, whether or not anybody has it.
   * @returns whether one more may be sent.
   */
  async mail(kind: string, address: string, request?: Request): Promise<boolean> {
    if (!this.settings.throttle) return true;
    const reservation = await this.counters.reserve([{ rule: MAIL, key: `mail ${kind} ${address}` }]);
    if ('failures' in reservation) return true;
    this.events.publish('auth.throttled', { userId: null, scope: 'mail' }, request);
    return false;
  }

  /**
   * Tries a password, if it is not too early to. What throws instead of answering has not been a try.
   * @param isRight computes the answer; not called when the try is refused.
   * @throws TooManyAttempts
   */
  async guess(request: Request, guess: Guess, isRight: () => Promise<boolean>): Promise<boolean> {
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

  /** Lets an account that is locked be tried again, for example after a reset of its password. */
  async unlock(account: string): Promise<void> {
    await this.counters.clear([ofAccount(account), ofDevices(account)]);
  }

  /**
   * A try counts as a failure until it turns out right. Of those at the same moment only as many are under way as may
   * fail, so that many right ones are not refused because of one another.
   */
  private inPlace<T>({ ip }: Request, { account }: Guess, task: () => Promise<T>): Promise<T> {
    const source = sourceOf(ip);
    return this.ofSource.run(source, () => this.ofAccount.run(`${source} ${account}`, task));
  }

  private async reserve(request: Request, counted: Counted[], userId: number | null): Promise<number[]> {
    const reservation = await this.counters.reserve(counted);
    if ('failures' in reservation) return reservation.failures;
    const { by, blockedFor } = reservation;
    return this.refuse(request, by, blockedFor, userId);
  }

  private refuse(request: Request, by: Counted, blockedFor: number, userId: number | null): never {
    this.events.publish('auth.throttled', { userId, scope: by.rule.scope }, request);
    throw new TooManyAttempts(Math.ceil(blockedFor / 1000));
  }

  /** Looks at a try that has been counted already, and takes that back unless it is wrong. */
  private async settle(
    { shared, own, account }: Counters,
    isRight: () => Promise<boolean>,
  ): Promise<boolean> {
    try {
      if (!(await isRight())) return false;
      await this.counters.clear([...own, ...account], shared);
      return true;
    } catch (error) {
      await this.counters.giveBack([...shared, ...own, ...account]);
      throw error;
    }
  }
}

/** What a guess counts under, in the order in which it is counted. */
interface Counters {
  /** What others fill too: a try that is right takes back itself and no more. */
  shared: Counted[];
  own: Counted[];
  /** Of an account from everywhere: full, it is locked. */
  account: Counted[];
}

/** A known device has a counter of its own and one with its like; those that strangers can fill do not concern it. */
function countersOf(request: Request, { account, deviceId }: Guess): Counters {
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

function bySource({ ip }: Request, action: SourceAction): Counted[] {
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
