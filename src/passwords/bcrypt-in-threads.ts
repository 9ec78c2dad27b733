import { Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { BcryptRunner } from './bcrypt-runner';
import { derive, type KeyDerivation } from './key-derivation';

/** bcrypt in libuv's threads of this process. */
@Injectable()
export class BcryptInThreads extends BcryptRunner {
  hash(text: string, cost: number): Promise<string> {
    return bcrypt.hash(text, cost);
  }

  compare(text: string, hash: string): Promise<boolean> {
    return bcrypt.compare(text, hash);
  }

  derive(text: string, how: KeyDerivation): Promise<string> {
    return derive(text, how);
  }
}
