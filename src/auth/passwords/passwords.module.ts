import { Module, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CodeOptions } from '../../options/code-options';
import { BcryptPasswordHasher } from './bcrypt-password-hasher';
import { PasswordRunnerInChild } from './hashing-child';
import { HashingQueue } from './hashing-queue';
import { PasswordHasher } from './password-hasher';
import { PasswordPolicy } from './password-policy';
import { PasswordRunner } from './password-runner';
import { PasswordRunnerInProcess } from './password-runner-in-process';

@Module({
  providers: [
    HashingQueue,
    PasswordPolicy,
    {
      provide: PasswordRunner,
      inject: [{ token: PasswordRunnerInChild, optional: true }],
      useFactory: (child?: PasswordRunnerInChild) => child ?? new PasswordRunnerInProcess(),
    },
    {
      provide: PasswordHasher,
      inject: [ModuleRef, CodeOptions],
      useFactory: (modules: ModuleRef, { passwordHasher }: CodeOptions) =>
        modules.create((passwordHasher as Type<PasswordHasher> | undefined) ?? BcryptPasswordHasher),
    },
  ],
  exports: [HashingQueue, PasswordHasher, PasswordPolicy],
})
export class PasswordsModule {}
