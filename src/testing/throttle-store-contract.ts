import assert from 'node:assert/strict';
import type { ThrottleRule } from '../throttling/throttle-rules';
import { type ContractCase, contractOf } from './contract';
import type { Counted, ThrottleStore } from '../throttling/throttle-store';

/** An empty store to test. */
export interface ThrottleStoreUnderContract {
  store: ThrottleStore;
  /** Another instance on the same counts, or the same store if they belong to one process. */
  other: ThrottleStore;
  /** Advances the clock of both. */
  advance(milliseconds: number): void;
}

const SECOND = 1_000;
/** Two failures are free, each further one blocks: 10 s, then 60 s. */
const STEPS: ThrottleRule = {
  scope: 'guesses',
  memory: 3_600 * SECOND,
  isWindow: false,
  steps: [
    { failures: 3, wait: 60 * SECOND },
    { failures: 2, wait: 10 * SECOND },
  ],
};
/** Three in a minute. */
const WINDOW: ThrottleRule = {
  scope: 'source',
  memory: 60 * SECOND,
  isWindow: true,
  steps: [{ failures: 3, wait: 60 * SECOND }],
};

const steps = (key: string): Counted => ({ rule: STEPS, key });
const inWindow = (key: string): Counted => ({ rule: WINDOW, key });

const CASES: Record<string, ContractCase<ThrottleStoreUnderContract>['check']> = {
  async 'counts failures of a key on every instance, and names the key that blocks'({ store, other }) {
    assert.deepEqual(await store.reserve([steps('ada')]), { failures: [1] });
    assert.equal(await other.isBlockedFor(steps('ada')), 0);
    assert.deepEqual(await other.reserve([steps('ada')]), { failures: [2] });
    const blocked = await store.reserve([steps('ada')]);
    assert.ok('blockedFor' in blocked);
    assert.equal(blocked.by.key, 'ada');
    assert.ok(blocked.blockedFor > 0 && blocked.blockedFor <= 10 * SECOND);
    assert.ok((await other.isBlockedFor(steps('ada'))) > 0);
    assert.deepEqual(await store.reserve([steps('grace')]), { failures: [1] });
  },

  async 'waits longer after each further failure, and a refused attempt does not count'({ store, advance }) {
    for (let n = 0; n < 5; n += 1) await store.reserve([steps('ada')]);
    advance(10 * SECOND + 1);
    assert.deepEqual(await store.reserve([steps('ada')]), { failures: [3] });
    const blocked = await store.reserve([steps('ada')]);
    assert.ok('blockedFor' in blocked && blocked.blockedFor > 10 * SECOND);
  },

  async 'forgets failures after a time without another'({ store, advance }) {
    await store.reserve([steps('ada')]);
    advance(STEPS.memory + 1);
    assert.deepEqual(await store.reserve([steps('ada')]), { failures: [1] });
  },

  async 'begins a window with its first failure'({ store, advance }) {
    await store.reserve([inWindow('source')]);
    advance(50 * SECOND);
    await store.reserve([inWindow('source')]);
    await store.reserve([inWindow('source')]);
    const blocked = await store.reserve([inWindow('source')]);
    assert.ok('blockedFor' in blocked && blocked.blockedFor <= 10 * SECOND);
    advance(10 * SECOND + 1);
    assert.deepEqual(await store.reserve([inWindow('source')]), { failures: [1] });
  },

  async 'counts under all keys or under none'({ store }) {
    for (let n = 0; n < 2; n += 1) await store.reserve([steps('ada')]);
    const blocked = await store.reserve([inWindow('source'), steps('ada')]);
    assert.ok('blockedFor' in blocked);
    assert.equal(blocked.by.key, 'ada');
    assert.deepEqual(await store.reserve([inWindow('source')]), { failures: [1] });
  },

  async 'takes an attempt back, which ends a wait, and never below zero'({ store }) {
    for (let n = 0; n < 2; n += 1) await store.reserve([steps('ada')]);
    await store.uncount([steps('ada')]);
    assert.equal(await store.isBlockedFor(steps('ada')), 0);
    assert.deepEqual(await store.reserve([steps('ada')]), { failures: [2] });
    for (let n = 0; n < 5; n += 1) await store.uncount([steps('ada'), steps('unknown')]);
    assert.deepEqual(await store.reserve([steps('ada')]), { failures: [1] });
  },

  async 'clears some keys and takes one failure of others back'({ store }) {
    for (let n = 0; n < 2; n += 1) await store.reserve([inWindow('source'), steps('ada')]);
    await store.clear([steps('ada')], [inWindow('source')]);
    assert.deepEqual(await store.reserve([inWindow('source'), steps('ada')]), { failures: [2, 1] });
  },

  async 'gives concurrent attempts no more than sequential ones'({ store, other }) {
    const attempts = Array.from({ length: 20 }, (_, n) => (n % 2 ? store : other).reserve([steps('ada')]));
    const counted = (await Promise.all(attempts)).filter((one) => 'failures' in one);
    assert.equal(counted.length, 2);
  },
};

/** What every store of throttle counts must do. Run each case with an empty store. */
export const throttleStoreContract = contractOf(CASES);
