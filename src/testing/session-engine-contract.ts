import assert from 'node:assert/strict';
import { SessionTooLarge } from '../sessions/session-errors';
import type { EndTarget, SessionEngine } from '../sessions/session-engine';
import { type ContractCase, contractOf } from './contract';

/** An empty engine to test. */
export interface EngineUnderContract {
  engine: SessionEngine;
  /** Another instance on the same store, or the same engine if the store belongs to one process. */
  other: SessionEngine;
  /** Advances the clock of both. */
  advance(milliseconds: number): void;
  /** From the engines' settings, in milliseconds. The idle timeout must be the shorter one. */
  idleTimeout: number;
  absoluteTimeout: number;
  /** SESSION_MAX_SIZE, in bytes. */
  maxSize: number;
}

const DAY = 86_400_000;
const FOREVER = 10_000;

const CASES: Record<string, ContractCase<EngineUnderContract>['check']> = {
  async 'loads what was created, on every instance'({ engine, other }) {
    await engine.create('id', { userId: 1, list: [1, 'ü', null], nested: { a: true } });
    const loaded = await other.load('id');
    assert.deepEqual(loaded?.values, { userId: 1, list: [1, 'ü', null], nested: { a: true } });
    assert.equal(loaded.idHash, 'id');
  },

  async 'ends all sessions of a user or a device but the newest, and but one more'({
    engine,
    other,
    advance,
  }) {
    for (const id of ['one', 'two', 'three', 'four', 'five']) {
      await engine.create(id, { userId: 1, familyId: 'device' });
      advance(1);
    }
    await engine.create('stranger', { userId: 2, familyId: 'another device' });
    const few = await other.end({ familyId: 'device', exceptIdHash: 'one', keepNewest: 3 }, 'evicted');
    assert.deepEqual(
      few.map(({ idHash }) => idHash),
      ['two'],
    );
    assert.deepEqual(await engine.end({ userId: 1, keepNewest: 4 }, 'evicted'), []);
    const more = await engine.end({ userId: 1, keepNewest: 1 }, 'evicted');
    assert.deepEqual(more.map(({ idHash }) => idHash).sort(), ['four', 'one', 'three']);
    assert.notEqual(await other.load('five'), null);
    assert.notEqual(await other.load('stranger'), null);
  },

  async 'knows nothing of an ID that was never created'({ engine }) {
    assert.equal(await engine.load('unknown'), null);
    assert.deepEqual(await engine.ended(['unknown']), []);
    assert.deepEqual(await engine.end({ idHash: 'unknown' }, 'logged_out'), []);
    assert.equal(await engine.markNotified('unknown'), false);
  },

  async 'ends nothing that was started under a later version of its user than it is told'({ engine, other }) {
    await engine.create('old', { userId: 1 }); // without a version: 1
    await engine.create('now', { userId: 1, familyId: 'device', securityVersion: 2 });
    await engine.create('new', { userId: 1, familyId: 'device', securityVersion: 3 });
    const ended = async (target: EndTarget) =>
      (await other.end(target, 'revoked')).map(({ idHash }) => idHash).sort();
    assert.deepEqual(await ended({ idHash: 'new', upToVersion: 2 }), []);
    assert.deepEqual(await ended({ familyId: 'device', upToVersion: 1 }), []);
    assert.deepEqual(await ended({ userId: 1, upToVersion: 2 }), ['now', 'old']);
    assert.ok(await engine.load('new'));
    assert.deepEqual(await ended({ familyId: 'device', upToVersion: 3 }), ['new']);
  },

  async 'creates no second session of one ID, live or ended'({ engine, other }) {
    await engine.create('id', { userId: 1 });
    await assert.rejects(other.create('id', { userId: 2 }));
    await engine.end({ idHash: 'id' }, 'logged_out');
    await assert.rejects(other.create('id', { userId: 2 }));
    assert.equal(await engine.load('id'), null);
  },

  async 'stores what a commit changed'({ engine, other }) {
    const base = await engine.create('id', { userId: 1, a: 1, gone: true });
    const stored = await engine.commit(base, { userId: 1, a: 2, b: [3] });
    assert.deepEqual(stored?.values, { userId: 1, a: 2, b: [3] });
    assert.deepEqual((await other.load('id'))?.values, { userId: 1, a: 2, b: [3] });
    const again = await other.commit(stored, { userId: 1, a: 4 });
    assert.deepEqual(again?.values, { userId: 1, a: 4 });
    assert.deepEqual((await engine.load('id'))?.values, { userId: 1, a: 4 });
  },

  async 'gives each caller a copy of its own'({ engine }) {
    const values = { nested: { n: 1 } };
    const created = await engine.create('id', values);
    values.nested.n = 2;
    Object.assign(created.values, { nested: null });
    const loaded = await engine.load('id');
    assert.deepEqual(loaded?.values, { nested: { n: 1 } });
    loaded.values.nested.n = 4;
    assert.deepEqual((await engine.load('id'))?.values, { nested: { n: 1 } });
  },

  async 'writes nothing to a session that has ended, or never was'({ engine, other }) {
    const base = await engine.create('id', { userId: 1 });
    await other.end({ idHash: 'id' }, 'logged_out');
    assert.equal(await engine.commit(base, { userId: 1, late: true }), null);
    await engine.touch('id');
    assert.equal(await engine.load('id'), null);
    assert.equal(await engine.commit({ ...base, idHash: 'unknown' }, { userId: 1 }), null);
    assert.equal(await engine.load('unknown'), null);
  },

  async 'writes nothing to a session whose time is over'({ engine, advance, idleTimeout }) {
    const base = await engine.create('id', { userId: 1 });
    advance(idleTimeout + 1);
    await engine.touch('id');
    assert.equal(await engine.load('id'), null);
    assert.deepEqual(await engine.list(1), []);
    assert.equal(await engine.commit(base, { userId: 1, late: true }), null);
    assert.equal((await engine.expire({ idHashes: ['id'] })).length, 1);
    assert.equal(await engine.commit(base, { userId: 1, late: true }), null);
  },

  async 'never revives a session, whatever is in flight when it ends'({ engine, other }) {
    for (let round = 0; round < 50; round += 1) {
      const idHash = `race ${round}`;
      const base = await engine.create(idHash, { counters: { n: 0 } });
      const acts = [
        () => engine.commit(base, { counters: { n: 1 } }),
        () => other.commit(base, { counters: { n: 2 } }),
        () => engine.touch(idHash),
      ];
      acts.splice(round % 4, 0, () => other.end({ idHash }, 'logged_out') as Promise<never>);
      await Promise.all(acts.map((act) => act()));
      assert.equal(await engine.load(idHash), null, `round ${round}`);
      assert.equal(await other.load(idHash), null, `round ${round}`);
    }
  },

  async 'keeps the writes of parallel requests to different keys'({ engine, other }) {
    const base = await engine.create('id', { flashes: {} });
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        [engine, other][index % 2].commit(base, { flashes: { [`f${index}`]: index } }),
      ),
    );
    const { flashes } = (await engine.load('id'))?.values as { flashes: object };
    assert.equal(Object.keys(flashes).length, 50);
  },

  async 'merges where a commit is based on a version that was never stored'({ engine, other }) {
    const base = await engine.create('id', { userId: 1, mine: 1 });
    await other.commit(base, { userId: 1, mine: 1, theirs: 2 });
    const stored = await engine.commit({ ...base, version: -1 }, { userId: 1 });
    assert.deepEqual(stored?.values, { userId: 1, theirs: 2 });
    assert.deepEqual((await other.load('id'))?.values, { userId: 1, theirs: 2 });
  },

  async 'adds counters up'({ engine, other }) {
    const base = await engine.create('id', { counters: { hits: 7 } });
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        [engine, other][index % 2].commit(base, { counters: { hits: 8 } }),
      ),
    );
    assert.deepEqual((await other.load('id'))?.values, { counters: { hits: 57 } });
  },

  async 'takes names that every object has for ordinary ones'({ engine, other }) {
    const names = ['constructor', 'toString', 'hasOwnProperty', '__proto__'];
    const all = (value: unknown) => Object.fromEntries(names.map((name) => [name, value]));
    const base = await engine.create('id', { counters: all(1), kept: {} });
    await engine.commit(base, { counters: all(2), kept: all('mine') });
    await other.commit(base, { counters: all(3), kept: { theirs: 1 } });
    const { counters, kept } = (await other.load('id'))?.values as Record<string, object>;
    assert.deepEqual(Object.entries(counters), Object.entries(all(4)));
    assert.deepEqual(Object.entries(kept).sort(), Object.entries({ theirs: 1, ...all('mine') }).sort());
  },

  async 'refuses what is too large for a session, and keeps what it has'({ engine, other, maxSize }) {
    const large = 'é'.repeat(maxSize / 2);
    await assert.rejects(engine.create('id', { userId: 1, large }), SessionTooLarge);
    assert.equal(await other.load('id'), null);
    const base = await engine.create('id', { userId: 1, a: 1 });
    await assert.rejects(engine.commit(base, { userId: 1, a: 2, large }), SessionTooLarge);
    assert.deepEqual((await other.load('id'))?.values, { userId: 1, a: 1 });
    const half = 'x'.repeat(maxSize / 2);
    await engine.commit(base, { userId: 1, a: 1, one: half });
    await assert.rejects(other.commit(base, { userId: 1, a: 1, other: half }), SessionTooLarge);
    assert.deepEqual((await other.load('id'))?.values, { userId: 1, a: 1, one: half });
  },

  async 'ends only what it is told to end, and says what that was'({ engine, other }) {
    await engine.create('one', { userId: 1 });
    await engine.create('two', { userId: 1, familyId: 'device' });
    await engine.create('three', { userId: 1, familyId: 'device' });
    await engine.create('foreign', { userId: 2 });
    const names = (ended: { idHash: string }[]) => ended.map(({ idHash }) => idHash).sort();

    const device = await other.end({ familyId: 'device' }, 'theft');
    assert.deepEqual(names(device), ['three', 'two']);
    assert.ok(device.every((ended) => ended.userId === 1 && ended.familyId === 'device'));
    assert.ok(device.every((ended) => ended.reason === 'theft'));
    await engine.create('four', { userId: 1 });
    assert.deepEqual(names(await other.end({ userId: 1, exceptIdHash: 'one' }, 'revoked')), ['four']);
    assert.deepEqual(names(await engine.end({ userId: 1 }, 'user_deleted')), ['one']);
    assert.deepEqual(await engine.end({ userId: 1 }, 'user_deleted'), []);
    assert.notEqual(await engine.load('foreign'), null);
  },

  async 'gives what has run out its own reason, when it is ended for another'({
    engine,
    advance,
    idleTimeout,
  }) {
    await engine.create('id', { userId: 1 });
    advance(idleTimeout + 1);
    const [ended] = await engine.end({ userId: 1 }, 'revoked');
    assert.equal(ended.reason, 'idle');
    assert.deepEqual(await engine.ended(['id']), [ended]);
  },

  async 'finds a session of a user by what it holds now'({ engine }) {
    const guest = await engine.create('id', { counters: { n: 1 } });
    await engine.commit(guest, { userId: 5 });
    assert.equal((await engine.list(5)).length, 1);
    assert.equal((await engine.end({ userId: 5 }, 'revoked')).length, 1);
    assert.equal(await engine.load('id'), null);
  },

  async 'remembers why each session ended, and tells it once'({ engine, other }) {
    await engine.create('id', { userId: 3 });
    assert.deepEqual(await engine.ended(['id']), []);
    assert.equal(await engine.markNotified('id'), false);
    const [ended] = await engine.end({ idHash: 'id' }, 'evicted');
    await engine.end({ idHash: 'id' }, 'revoked');
    assert.deepEqual(await other.ended(['unknown', 'id']), [ended]);
    assert.equal(ended.reason, 'evicted');
    const told = await Promise.all(
      Array.from({ length: 10 }, (_, index) => [engine, other][index % 2].markNotified('id')),
    );
    assert.equal(told.filter(Boolean).length, 1);
    assert.deepEqual(await other.ended(['id']), [ended]);
  },

  async 'tells when a session was last used: when it was created or slid, not when it was written'({
    engine,
    other,
    advance,
  }) {
    const base = await engine.create('id', { userId: 1 });
    advance(2_000);
    await engine.commit(base, { userId: 1, written: true });
    const created = await other.load('id');
    assert.equal(created?.lastSeenAt, base.lastSeenAt);
    await engine.touch('id');
    const slid = await other.load('id');
    assert.ok(slid && slid.lastSeenAt - base.lastSeenAt >= 2_000);
    assert.deepEqual(slid.values, { userId: 1, written: true });
  },

  async 'ends a session that was not used for long enough'({ engine, advance, idleTimeout }) {
    await engine.create('id', { userId: 1 });
    advance(idleTimeout - 1_000);
    assert.notEqual(await engine.load('id'), null);
    assert.deepEqual(await engine.expire({ limit: FOREVER }), []);
    await engine.touch('id');
    advance(idleTimeout - 1_000);
    assert.notEqual(await engine.load('id'), null);
    advance(1_000);
    assert.equal(await engine.load('id'), null);
    const [expired] = await engine.expire({ limit: FOREVER });
    assert.equal(expired.reason, 'idle');
    assert.deepEqual(await engine.expire({ limit: FOREVER }), []);
    assert.deepEqual(await engine.ended(['id']), [expired]);
  },

  async 'ends a session at its time limit however much it is used'(given) {
    const { engine, advance, idleTimeout, absoluteTimeout } = given;
    await engine.create('id', { userId: 1 });
    const step = Math.floor(idleTimeout / 2);
    for (let age = step; age < absoluteTimeout; age += step) {
      advance(step);
      assert.notEqual(await engine.load('id'), null, `after ${age} ms`);
      await engine.touch('id');
    }
    advance(step);
    assert.equal(await engine.load('id'), null);
    const [expired] = await engine.expire({ idHashes: ['id', 'unknown'] });
    assert.equal(expired.reason, 'absolute');
  },

  async 'does not revive what has expired when the clock is set back'({ engine, advance, idleTimeout }) {
    await engine.create('id', { userId: 1 });
    advance(idleTimeout + 1_000);
    await engine.expire({ idHashes: ['id'] });
    advance(-idleTimeout);
    assert.equal(await engine.load('id'), null);
  },

  async 'gives no session a longer life when the clock is set back'(given) {
    const { engine, advance, idleTimeout, absoluteTimeout } = given;
    await engine.create('id', { userId: 1 });
    advance(-2 * absoluteTimeout);
    await engine.touch('id');
    advance(idleTimeout + 1);
    assert.equal(await engine.load('id'), null);
  },

  async 'lists the live sessions of a user, the one used last first'({ engine, other, advance }) {
    await engine.create('old', { userId: 1 }, { ip: '192.0.2.1', userAgent: 'Browser/1' });
    advance(1_000);
    await engine.create('new', { userId: 1, familyId: 'device' });
    await engine.create('gone', { userId: 1 });
    await engine.create('foreign', { userId: 2 });
    await engine.end({ idHash: 'gone' }, 'revoked');
    advance(1_000);
    await other.touch('old');

    const [first, second, ...rest] = await other.list(1);
    assert.deepEqual(rest, []);
    assert.deepEqual([first.idHash, first.ip, first.userAgent], ['old', '192.0.2.1', 'Browser/1']);
    assert.deepEqual([second.idHash, second.ip, second.familyId], ['new', null, 'device']);
    assert.ok(first.lastSeenAt - first.createdAt >= 2_000);
    assert.match(first.publicId, /^[\w-]{22}$/);
    assert.notEqual(first.publicId, second.publicId);
  },

  async 'forgets what ended more than a day ago, in batches, and nothing else'({
    engine,
    advance,
    idleTimeout,
  }) {
    for (let index = 0; index < 5; index += 1) await engine.create(`old${index}`, { userId: 1 });
    await engine.end({ userId: 1 }, 'revoked');
    await engine.create('idle', { userId: 2 });
    advance(DAY - 1_000);
    assert.equal(await engine.purge(FOREVER), 0);
    await engine.create('fresh', { userId: 3 });
    advance(2_000);
    assert.equal(await engine.purge(3), 3);
    assert.equal(await engine.purge(3), 2);
    assert.equal(await engine.purge(3), 0);
    await engine.touch('fresh');
    assert.notEqual(await engine.load('fresh'), null);

    await engine.expire({ limit: FOREVER });
    assert.deepEqual(
      (await engine.ended(['idle'])).map(({ reason }) => reason),
      ['idle'],
    );
    advance(idleTimeout + 1_000);
    assert.equal(await engine.purge(FOREVER), 1);
    assert.deepEqual(await engine.ended(['idle', 'old0']), []);
  },

  async 'expires at most as many as it is asked to'({ engine, advance, idleTimeout }) {
    for (let index = 0; index < 5; index += 1) await engine.create(`old${index}`, { userId: 1 });
    advance(idleTimeout + 1);
    assert.equal((await engine.expire({ limit: 3 })).length, 3);
    assert.equal((await engine.expire({ limit: 3 })).length, 2);
    assert.equal((await engine.expire({ limit: 3 })).length, 0);
  },

  async 'expires each session once when two instances do it at once'({
    engine,
    other,
    advance,
    idleTimeout,
  }) {
    for (let index = 0; index < 30; index += 1) await engine.create(`old${index}`, { userId: 1 });
    advance(idleTimeout + 1);
    const both = await Promise.all([engine.expire({ limit: FOREVER }), other.expire({ limit: FOREVER })]);
    assert.equal(both.flat().length, 30);
  },

  async 'says that it answers'({ engine }) {
    assert.equal(await engine.ping(), true);
  },
};

/**
 * The contract for every session engine. Run each case on an empty engine with any test runner:
 *
 * @example for (const { name, check } of sessionEngineContract) it(name, () => check(openMyEngine()));
 */
export const sessionEngineContract = contractOf(CASES);
