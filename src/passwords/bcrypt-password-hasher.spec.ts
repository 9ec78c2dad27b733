import bcrypt from 'bcrypt';
import { loadSettings } from '../config/load-settings';
import { BcryptPasswordHasher } from './bcrypt-password-hasher';
import { HashingQueue } from './hashing-queue';

describe('The bcrypt hasher', () => {
  const settings = loadSettings({ BCRYPT_COST: '4', SESSION_SECRET: 'a secret of these tests alone' });
  const hasher = new BcryptPasswordHasher(settings, new HashingQueue(settings));

  it('verifies what it has hashed, and nothing else', async () => {
    const hash = await hasher.hash('correct horse');
    expect(hash).toMatch(/^\{hmac-sha384\}\$2b\$04\$/);
    expect(await hasher.verify('correct horse', hash)).toBe(true);
    expect(await hasher.verify('Correct horse', hash)).toBe(false);
  });

  it('tells passwords apart beyond 72 bytes and behind a NUL', async () => {
    const long = await hasher.hash(`${'a'.repeat(72)}b`);
    expect(await hasher.verify(`${'a'.repeat(72)}c`, long)).toBe(false);
    const withNul = await hasher.hash('same\0one');
    expect(await hasher.verify('same\0other', withNul)).toBe(false);
  });

  it('takes the composed and the decomposed form of a letter for the same', async () => {
    expect(await hasher.verify('cafe\u0301 au lait', await hasher.hash('caf\u00e9 au lait'))).toBe(true);
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
  });
});
