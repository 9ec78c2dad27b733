import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { loadSettings } from '../../options/load-settings';
import { BcryptPasswordHasher } from './bcrypt-password-hasher';
import { HashingQueue } from './hashing-queue';
import { PasswordRunnerInProcess } from './password-runner-in-process';
import { parseStoredHash } from './parse-stored-hash';

interface Example {
  system: string;
  stored: string;
  password: string;
  /** The hash may have ignored part of the password, so a log-in does not replace it. */
  kept?: true;
}
const examples = JSON.parse(
  readFileSync(join(__dirname, '../../../test/support/imported-hashes.json'), 'utf8'),
) as { password: string; verify: Example[]; name: Omit<Example, 'password'>[] };

function newHasher(): BcryptPasswordHasher {
  const settings = loadSettings({ BCRYPT_COST: '4', SESSION_SECRET: 'a secret of these tests alone' });
  return new BcryptPasswordHasher(settings, new HashingQueue(settings), new PasswordRunnerInProcess());
}

describe('A hash of another system', () => {
  let logged: jest.SpyInstance;

  beforeEach(() => {
    logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  });
  afterEach(() => logged.mockRestore());

  it.each(examples.verify)(
    'verifies its password and no other, and is replaced: $system',
    async ({ stored, password, kept = false }) => {
      const hasher = newHasher();
      expect(await hasher.verify(password, stored)).toBe(true);
      expect(await hasher.verify(`y${password}`, stored)).toBe(false);
      expect(await hasher.verify('', stored)).toBe(false);
      expect(hasher.needsRehash(stored)).toBe(true);
      expect(hasher.coversWholePassword(stored, password)).toBe(!kept);
      expect(logged).not.toHaveBeenCalled();
    },
  );

  it.each(examples.name)(
    'that cannot be verified is named in the log once, without the hash: $system',
    async ({ stored }) => {
      const hasher = newHasher();
      expect(await hasher.verify(examples.password, stored)).toBe(false);
      expect(await hasher.verify(examples.password, stored)).toBe(false);
      expect(logged).toHaveBeenCalledTimes(1);
      const [[message]] = logged.mock.calls as [[string]];
      expect(message).toContain('users cannot log in');
      expect(message).not.toContain('of no form');
      expect(message).not.toContain(stored);
      for (const part of stored.split('$').filter((it) => it.length > 12))
        expect(message).not.toContain(part);
    },
  );

  it.each(['', 'a password in plain text', '{braces}', '$', 'x'.repeat(100_000), '{hmac-sha384}nonsense'])(
    'that is none is named without a part of it: %p',
    async (stored) => {
      expect(await newHasher().verify(stored, stored)).toBe(false);
      expect(logged).toHaveBeenCalledTimes(1);
      const [[message]] = logged.mock.calls as [[string]];
      expect(message).toEqual(expect.not.stringMatching(/plain text|braces|xxx|nonsense/));
    },
  );

  it('that was cut short verifies nothing, however short it is', async () => {
    const hasher = newHasher();
    for (const { stored, password } of examples.verify.filter((it) => !/column|line/.test(it.system))) {
      for (const short of [stored.slice(0, -3), stored.slice(0, stored.lastIndexOf('$') + 3)])
        expect([short, await hasher.verify(password, short)]).toEqual([short, false]);
    }
  });

  it.each([
    'pbkdf2:sha256:1000000000000$salt$' + '0'.repeat(64),
    'pbkdf2:sha512:5000001$salt$' + '0'.repeat(128),
    'pbkdf2:sha512:1105921$salt$' + '0'.repeat(128),
    'pbkdf2:sha256:5000000$salt$' + '0'.repeat(64),
    'pbkdf2_sha256$2457601$salt$' + 'A'.repeat(43) + '=',
    'scrypt:32768:8:7$salt$' + '0'.repeat(128),
    'pbkdf2_sha256$9999999999999999$salt$' + 'A'.repeat(43) + '=',
    '$pbkdf2-sha256$99999999$c2FsdA$' + 'A'.repeat(43),
    'scrypt:1073741824:8:1$salt$' + '0'.repeat(128),
    'scrypt:16384:8:1048576$salt$' + '0'.repeat(128),
    'scrypt:2:1073741824:1$salt$' + '0'.repeat(128),
    '$scrypt$ln=99,r=8,p=1$c2FsdA$' + 'A'.repeat(43),
    '$2b$31$' + '.'.repeat(53),
    '$2b$18$' + '.'.repeat(53),
    '$bcrypt-sha256$v=2,t=2b,r=31$' + '.'.repeat(22) + '$' + '.'.repeat(31),
    '{hmac-sha384}$2b$31$' + '.'.repeat(53),
  ])('that would take too much time or memory is refused at once and named: %s', async (stored) => {
    const begun = performance.now();
    const memory = process.memoryUsage().rss;
    expect(await newHasher().verify('anything', stored)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(process.memoryUsage().rss - memory).toBeLessThan(100_000_000);
    expect(logged).toHaveBeenCalledWith(expect.stringMatching(/more than|above/));
  });

  it.each([
    ['pbkdf2_sha256$1000000$', 4, true],
    ['pbkdf2_sha256$1200000$', 10, true],
    ['pbkdf2_sha256$2457601$', 12, false],
    ['pbkdf2_sha256$2457601$', 13, true],
    ['pbkdf2_sha256$5000000$', 13, false],
  ])('of %s… is known to cost too much by the cost of ours, %i: %s', (stored, cost, isKnown) => {
    const { kind } = parseStoredHash(`${stored}salt$${'A'.repeat(43)}=`, cost);
    expect(kind).toBe(isKnown ? 'derived' : 'unknown');
  });

  it.each([
    ['pbkdf2:sha256:1000000$', 64],
    ['pbkdf2:sha512:1000000$', 128],
    ['scrypt:32768:8:1$', 128],
  ])('that systems write by default is within the bound: %s…', (stored, length) => {
    expect(parseStoredHash(`${stored}salt$${'0'.repeat(length)}`, 4).kind).toBe('derived');
  });

  it.each([
    'scrypt:1000:8:1$salt$' + '0'.repeat(128),
    'scrypt:1:8:1$salt$' + '0'.repeat(128),
    'scrypt:1024:0:1$salt$' + '0'.repeat(128),
    'scrypt:1024:8:0$salt$' + '0'.repeat(128),
    'pbkdf2:sha256:0$salt$' + '0'.repeat(64),
    'pbkdf2:sha256:1000$salt$' + '0'.repeat(63),
    'pbkdf2:md5:1000$salt$' + '0'.repeat(32),
    '$2b$03$' + '.'.repeat(53),
  ])('of impossible parameters is named, and is no error: %s', async (stored) => {
    expect(await newHasher().verify('anything', stored)).toBe(false);
    expect(logged).toHaveBeenCalledTimes(1);
  });

  it('tells whether it has read all of a password: not from 72 bytes on, and not behind a NUL', async () => {
    const hasher = newHasher();
    const plain = await bcrypt.hash('x'.repeat(72), 4);
    const coversAll = (password: string) => hasher.coversWholePassword(plain, password);
    expect([coversAll('x'.repeat(71)), coversAll('ä'.repeat(35))]).toEqual([true, true]);
    expect([coversAll('x'.repeat(72)), coversAll('ä'.repeat(36)), coversAll('same\0one')]).toEqual([
      false,
      false,
      false,
    ]);
    const ours = await hasher.hash('x'.repeat(72));
    expect([hasher.coversWholePassword(plain), hasher.coversWholePassword(ours)]).toEqual([false, true]);
    expect(hasher.coversWholePassword(ours, 'ä'.repeat(100) + '\0')).toBe(true);
  });

  it('verifies behind a NUL as its system did: some stopped there, and some read on', async () => {
    const hasher = newHasher();
    const [stopped, readOn] = [await bcrypt.hash('same', 4), await bcrypt.hash('same\0one', 4)];
    expect(await hasher.verify('same\0one', stopped)).toBe(true);
    expect(await hasher.verify('same\0one', readOn)).toBe(true);
    expect(await hasher.verify('same\0other', readOn)).toBe(false);
    expect(await hasher.verify('same', readOn)).toBe(false);
  });
});
