import assert from 'node:assert/strict';
import type { PasswordHasher } from '../auth/passwords/password-hasher';
import { type ContractCase, contractOf } from './contract';

/** The longest hash that a user's row holds. */
const LONGEST_HASH = 255;

/**
 * The contract for every password hasher, with hashes of its own. Run each case with any test runner.
 * @example for (const { name, check } of passwordHasherContract) it(name, () => check(new MyHasher()));
 */
export const passwordHasherContract: ContractCase<PasswordHasher>[] = contractOf({
  async 'verifies what it has hashed, and nothing else'(hasher) {
    const hash = await hasher.hash('correct horse');
    assert.equal(await hasher.verify('correct horse', hash), true);
    assert.equal(await hasher.verify('Correct horse', hash), false);
    assert.equal(await hasher.verify('', hash), false);
  },

  async 'hashes with a salt, into at most 255 characters'(hasher) {
    const [one, other] = [await hasher.hash('x'.repeat(128)), await hasher.hash('x'.repeat(128))];
    assert.notEqual(one, other);
    for (const hash of [one, other]) assert.ok(hash.length <= LONGEST_HASH && !hash.includes('xxxx'));
  },

  async 'tells passwords apart beyond 72 bytes and behind a NUL'(hasher) {
    const long = await hasher.hash(`${'a'.repeat(72)}b`);
    assert.equal(await hasher.verify(`${'a'.repeat(72)}c`, long), false);
    const withNul = await hasher.hash('same\0one');
    assert.equal(await hasher.verify('same\0other', withNul), false);
  },

  async 'takes the composed and the decomposed form of a letter for the same'(hasher) {
    const hash = await hasher.hash('caf\u00e9 au lait');
    assert.equal(await hasher.verify('cafe\u0301 au lait', hash), true);
  },

  async 'refuses a hash that it does not know, without an error'(hasher) {
    const known = await hasher.hash('correct horse');
    for (const stored of ['', 'plain text', '{unknown}nonsense', `x${known}`, `${known}\nx`])
      assert.equal(await hasher.verify('correct horse', stored), false, stored);
  },

  async 'wants no replacement for a hash of its own, which covers the whole password'(hasher) {
    const hash = await hasher.hash('correct horse');
    assert.equal(hasher.needsRehash(hash), false);
    assert.equal(hasher.coversWholePassword(hash, 'correct horse'), true);
    assert.equal(hasher.coversWholePassword(hash), true);
  },

  async 'simulates a verification that fails'(hasher) {
    hasher.expect(await hasher.hash('correct horse'));
    assert.equal(await hasher.simulateVerify('correct horse'), false);
  },
});
