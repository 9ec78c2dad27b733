import { Logger } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { loadSettings } from '../../options/load-settings';
import { BcryptPasswordHasher } from './bcrypt-password-hasher';
import { HashingQueue } from './hashing-queue';
import { PasswordRunnerInProcess } from './password-runner-in-process';

function hasherWith(environment: Record<string, string> = {}): BcryptPasswordHasher {
  const secret = 'a secret of these tests alone';
  const settings = loadSettings({ BCRYPT_COST: '4', SESSION_SECRET: secret, ...environment });
  return new BcryptPasswordHasher(settings, new HashingQueue(settings), new PasswordRunnerInProcess());
}

/** The costs of the bcrypt comparisons that `act` makes. */
async function costsOf(act: () => Promise<unknown>): Promise<number[]> {
  const compare = jest.spyOn(bcrypt, 'compare');
  await act();
  const hashes = compare.mock.calls.map(([, hash]) => hash);
  compare.mockRestore();
  // bcrypt rejects an empty hash without any work.
  return hashes.map((hash) =>
    hash === '' ? -Infinity : Number(/^\$2b\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1]),
  );
}

describe('The bcrypt hasher', () => {
  const hasher = hasherWith();

  it('marks its hashes with the digest of the password', async () => {
    expect(await hasher.hash('correct horse')).toMatch(/^\{hmac-sha384\}\$2b\$04\$/);
  });

  it('verifies plain hashes of other systems and wants them replaced, those that PHP writes too', async () => {
    const flask = await bcrypt.hash('imported', 4);
    const php = flask.replace('$2b$', '$2y$');
    for (const hash of [flask, php]) {
      expect(await hasher.verify('imported', hash)).toBe(true);
      expect(await hasher.verify('another', hash)).toBe(false);
      expect(hasher.needsRehash(hash)).toBe(true);
    }
    expect(hasher.needsRehash(await hasher.hash('ours'))).toBe(false);
  });

  it('refuses what is no hash that it knows', async () => {
    for (const stored of ['', 'plain text', '$2b$99$' + '.'.repeat(53), '{hmac-sha384}nonsense']) {
      expect(await hasher.verify('', stored)).toBe(false);
    }
    const known = await hasher.hash('correct horse');
    for (const stored of [`x${known}`, `${known}x`, `${known}\nx`]) {
      expect(await hasher.verify('correct horse', stored)).toBe(false);
    }
  });

  it('wants a hash of a lower cost replaced, and none that it cannot surpass', () => {
    const withCost = (cost: string) => `{hmac-sha384}$2b$${cost}$${'.'.repeat(53)}`;
    const today = hasherWith({ BCRYPT_COST: '10' });
    expect(
      ['04', '09', '10', '12', '15', '16', '17'].map((cost) => today.needsRehash(withCost(cost))),
    ).toEqual([true, true, false, false, false, false, false]);
    for (const impossible of ['03', '18', '32', '40', '1x']) {
      expect(today.needsRehash(withCost(impossible))).toBe(true);
    }
  });

  it('refuses most hashes in as many comparisons as it refuses none', async () => {
    const today = hasherWith({ BCRYPT_COST: '7' });
    const stored = [4, 6, 7, 9].map((cost) => `$2b$0${cost}$${'.'.repeat(53)}`);
    for (const hash of stored) today.expect(hash);
    const comparisons = async (act: () => Promise<unknown>) => (await costsOf(act)).length;
    expect(await comparisons(() => today.simulateVerify('wrong'))).toBe(4);
    const needed = [];
    for (const hash of stored) needed.push(await comparisons(() => today.verify('wrong', hash)));
    expect(needed).toEqual([6, 4, 4, 4]);
  });

  it('takes as long to refuse whatever is stored, an older cost and an unknown pepper too', async () => {
    const today = hasherWith({ BCRYPT_COST: '7', PASSWORD_PEPPER: 'one,two,three' });
    const lost = hasherWith({ BCRYPT_COST: '7', PASSWORD_PEPPER: 'lost' });
    const logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const work = async (stored: string, password = 'wrong') =>
      (await costsOf(() => today.verify(password, stored))).reduce((sum, cost) => sum + 2 ** cost, 0);

    expect(await costsOf(() => today.simulateVerify('wrong'))).toEqual([7]);
    const older = await hasher.hash('right');
    expect(await costsOf(() => today.verify('right', older))).toEqual([4]);
    for (const stored of [
      await today.hash('right'),
      await hasher.hash('right'),
      await bcrypt.hash('right', 5),
      await lost.hash('right'),
      'no hash',
    ]) {
      expect(await work(stored)).toBe(2 ** 7);
      // Some systems' hashes need two comparisons: of the whole text and of the part before the NUL.
      expect(await work(stored, 'wro\0ng')).toBe(2 ** 8);
    }
    logged.mockRestore();
  });
});

describe('With PASSWORD_PEPPER, the bcrypt hasher', () => {
  const plain = hasherWith();
  const old = hasherWith({ PASSWORD_PEPPER: 'old pepper' });
  const rotated = hasherWith({ PASSWORD_PEPPER: 'new pepper, old pepper' });

  it('marks a hash with a fingerprint of the pepper, never with the pepper', async () => {
    const hash = await old.hash('correct horse');
    expect(hash).toMatch(/^\{hmac-sha384:[0-9a-f]{12}\}\$2b\$04\$/);
    expect(hash).not.toContain('old pepper');
    expect((await old.hash('another')).slice(0, 26)).toBe(hash.slice(0, 26));
    expect((await rotated.hash('another')).slice(0, 26)).not.toBe(hash.slice(0, 26));
  });

  it('makes hashes that nobody without the pepper can try passwords against', async () => {
    const hash = await old.hash('correct horse');
    expect(await old.verify('correct horse', hash)).toBe(true);
    expect(await old.verify('wrong', hash)).toBe(false);
    const withoutMark = hash.replace(/^\{[^}]+\}/, '');
    expect(await plain.verify('correct horse', `{hmac-sha384}${withoutMark}`)).toBe(false);
    expect(await plain.verify('correct horse', withoutMark)).toBe(false);
  });

  it('verifies what an older pepper, none or another system has made, and wants it replaced', async () => {
    for (const stored of [
      await old.hash('correct horse'),
      await plain.hash('correct horse'),
      await bcrypt.hash('correct horse', 4),
    ]) {
      expect(await rotated.verify('correct horse', stored)).toBe(true);
      expect(await rotated.verify('wrong', stored)).toBe(false);
      expect(rotated.needsRehash(stored)).toBe(true);
    }
    expect(rotated.needsRehash(await rotated.hash('correct horse'))).toBe(false);
  });

  it('refuses a hash whose pepper is gone, and says so once in the log, without the pepper', async () => {
    const stored = await old.hash('correct horse');
    for (const hasher of [hasherWith(), hasherWith({ PASSWORD_PEPPER: 'new pepper' })]) {
      const logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
      expect(await hasher.verify('correct horse', stored)).toBe(false);
      expect(await hasher.verify('correct horse', stored)).toBe(false);
      expect(logged).toHaveBeenCalledTimes(1);
      expect(logged.mock.calls[0]).toEqual([expect.stringContaining(stored.slice(0, 26))]);
      expect(logged.mock.calls[0]).toEqual([expect.not.stringContaining('old pepper')]);
      logged.mockRestore();
    }
  });
});
