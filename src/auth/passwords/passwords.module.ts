import { Module, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ReplacedClasses } from '../../options/replaced-classes';
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
    {
      provide: PasswordHasher,
      inject: [ModuleRef, ReplacedClasses],
      useFactory: (modules: ModuleRef, { passwordHasher }: ReplacedClasses) =>
        modules.create((passwordHasher as Type<PasswordHasher> | undefined) ?? BcryptPasswordHasher),
    },
  ],
  exports: [HashingQueue, PasswordHasher, PasswordPolicy],
})
export class PasswordsModule {}
