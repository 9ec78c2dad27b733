import { Module } from '@nestjs/common';
import { BcryptPasswordHasher } from './bcrypt-password-hasher';
import { HashingQueue } from './hashing-queue';
import { PasswordHasher } from './password-hasher';
import { PasswordPolicy } from './password-policy';

@Module({
  providers: [HashingQueue, PasswordPolicy, { provide: PasswordHasher, useClass: BcryptPasswordHasher }],
  exports: [PasswordHasher, PasswordPolicy],
})
export class PasswordsModule {}
