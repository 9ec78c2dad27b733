import { Global, Module } from '@nestjs/common';
import { BcryptInChild } from './bcrypt-in-child';

/** Beside PasswordsModule, for an application that serves: passwords are then hashed in a child process. */
@Global()
@Module({ providers: [BcryptInChild], exports: [BcryptInChild] })
export class HashingChildModule {}
