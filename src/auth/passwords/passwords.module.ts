import { Module } from '@nestjs/common';
import { BcryptInChild } from './hashing-child';
import { BcryptInThreads } from './bcrypt-in-threads';
import { BcryptPasswordHasher } from './bcrypt-password-hasher';
import { BcryptRunner } from './bcrypt-runner';
import { HashingQueue } from './hashing-queue';
import { PasswordHasher } from './password-hasher';
import { PasswordPolicy } from './password-policy';

@Module({
  providers: [
    HashingQueue,
    PasswordPolicy,
    {
      provide: BcryptRunner,
      inject: [{ token: BcryptInChild, optional: true }],
      useFactory: (child?: BcryptInChild) => child ?? new BcryptInThreads(),
    },
    { provide: PasswordHasher, useClass: BcryptPasswordHasher },
  ],
  exports: [HashingQueue, PasswordHasher, PasswordPolicy],
})
export class PasswordsModule {}
