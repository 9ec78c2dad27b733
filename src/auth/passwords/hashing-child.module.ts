import { Global, Module } from '@nestjs/common';
import { BcryptInChild } from './bcrypt-in-child';

/** Import it beside PasswordsModule in a server, so that a child process hashes passwords. */
@Global()
@Module({ providers: [BcryptInChild], exports: [BcryptInChild] })
export class HashingChildModule {}
