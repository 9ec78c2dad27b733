import { BcryptPasswordHasher } from '../../src/auth/passwords/bcrypt-password-hasher';
import { HashingQueue } from '../../src/auth/passwords/hashing-queue';
import { PasswordRunnerInProcess } from '../../src/auth/passwords/password-runner-in-process';
import { loadSettings } from '../../src/options/load-settings';
import { passwordHasherContract } from '../../src/testing';

describe.each([undefined, 'a pepper of this suite'])('The bcrypt hasher with the pepper %s', (pepper) => {
  const settings = loadSettings({
    BCRYPT_COST: '4',
    SESSION_SECRET: 'a secret of these tests alone',
    PASSWORD_PEPPER: pepper,
  });
  const hasher = new BcryptPasswordHasher(
    settings,
    new HashingQueue(settings),
    new PasswordRunnerInProcess(),
  );

  it.each(passwordHasherContract)('$name', ({ check }) => check(hasher));
});
