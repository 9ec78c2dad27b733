import { Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { BcryptRunner, type Comparison } from './bcrypt-runner';
import { compareInTurn } from './compare-in-turn';
import { derive, type KeyDerivation } from './key-derivation';

/** bcrypt in this process's libuv threads. */
@Injectable()
export class BcryptInThreads extends BcryptRunner {
  hash(text: string, cost: number): Promise<string> {
    return bcrypt.hash(text, cost);
  }

  compare(comparisons: Comparison[]): Promise<boolean> {
    return compareInTurn(comparisons);
  }

  derive(text: string, how: KeyDerivation): Promise<string> {
    return derive(text, how);
  }
}
