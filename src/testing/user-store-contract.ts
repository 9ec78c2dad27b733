import assert from 'node:assert/strict';
import { AlreadyTaken } from '../http/responses/already-taken';
import { EmailTaken } from '../users/user-errors';
import { newUser } from '../users/new-user';
import type { UserStore } from '../users/user-store';
import { type ContractCase, contractOf } from './contract';

const NOW = 1_800_000_000_000;
const account = (username: string, email: string | null = null) =>
  newUser({ username, email, passwordHash: 'a hash' }, NOW);

/**
 * The contract for every user store. Run each case on an empty store with any test runner.
 * @example for (const { name, check } of userStoreContract) it(name, () => check(openMyStore()));
 */
export const userStoreContract: ContractCase<UserStore>[] = contractOf({
  async 'finds a user by ID and by canonical name'(store) {
    const { id } = await store.insert(account('Ada'));
    assert.equal((await store.findById(id))?.username, 'Ada');
    assert.equal((await store.findByCanonicalUsername('ada'))?.id, id);
    assert.equal(await store.findById(id + 1), null);
    assert.equal(await store.findByCanonicalUsername('grace'), null);
  },

  async 'keeps a canonical name for one user, also of two at once'(store) {
    const made = await Promise.allSettled([store.insert(account('ada')), store.insert(account('ADA'))]);
    const refused = made.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    assert.equal(refused.length, 1);
    assert.ok(refused[0] instanceof AlreadyTaken);
  },

  async 'lists users by ID, a page after another'(store) {
    const ids: number[] = [];
    for (const name of ['ada', 'bob', 'eve']) ids.push((await store.insert(account(name))).id);
    const idsOf = async (limit: number, after?: number) =>
      (await store.list(limit, after)).map(({ id }) => id);
    assert.deepEqual(await idsOf(2), ids.slice(0, 2));
    assert.deepEqual(await idsOf(2, ids[1]), ids.slice(2));
  },

  async 'changes a user of the same security version alone'(store) {
    const ada = await store.insert(account('ada'));
    const changes = { username: 'Ada', usernameCanonical: 'ada', updatedAt: NOW + 1 };
    assert.equal(await store.update({ id: ada.id, securityVersion: 2 }, changes), false);
    assert.equal((await store.findById(ada.id))?.username, 'ada');
    assert.equal(await store.update(ada, changes), true);
    assert.equal((await store.findById(ada.id))?.username, 'Ada');
  },

  async 'gives a confirmed address to the first who confirms it'(store) {
    const [ada, eve] = [
      await store.insert(account('ada', 'one@example.com')),
      await store.insert(account('eve', 'one@example.com')),
    ];
    const waiting = await store.listByUnconfirmedEmail('one@example.com', 10);
    assert.deepEqual(
      waiting.map(({ id }) => id),
      [ada.id, eve.id],
    );
    assert.equal(await store.confirmEmail(ada, 'another@example.com', NOW), false);
    assert.equal(await store.confirmEmail(ada, 'one@example.com', NOW), true);
    assert.equal((await store.findByConfirmedEmail('one@example.com'))?.id, ada.id);
    await assert.rejects(store.confirmEmail(eve, 'one@example.com', NOW), EmailTaken);
  },

  async 'raises the security version with each change of security, for one of two at once'(store) {
    const { id } = await store.insert(account('ada'));
    const both = [1, 2].map((day) => store.secure(id, { disabledAt: NOW + day }, 1));
    assert.deepEqual((await Promise.all(both)).filter(Boolean), [true]);
    assert.equal((await store.findById(id))?.securityVersion, 2);
    assert.equal(await store.secure(id, { passwordHash: 'another' }), true);
    assert.equal((await store.findById(id))?.securityVersion, 3);
    assert.equal(await store.secure(id + 1, { disabledAt: null }), false);
  },

  async 'replaces a password hash that is still the current one, and keeps the version'(store) {
    const { id } = await store.insert(account('ada'));
    await store.replacePasswordHash(id, 'another', 'lost');
    assert.equal((await store.findById(id))?.passwordHash, 'a hash');
    await store.replacePasswordHash(id, 'a hash', 'a better one');
    const stored = await store.findById(id);
    assert.deepEqual([stored?.passwordHash, stored?.securityVersion], ['a better one', 1]);
  },

  async 'removes a user of this version, and never reuses the ID'(store) {
    const { id } = await store.insert(account('ada'));
    assert.equal(await store.remove(id, 2), false);
    assert.equal(await store.remove(id, 1), true);
    assert.equal(await store.remove(id), false);
    assert.equal(await store.findById(id), null);
    assert.notEqual((await store.insert(account('ada'))).id, id);
  },
});
