import { Injectable } from '@nestjs/common';
import { Settings } from '../../options/settings';
import { TokenCookie } from '../../sessions/token-cookie';

/** Where the token of a link waits, out of the address, for a new password. */
@Injectable()
export class ResetCookie extends TokenCookie {
  constructor(settings: Settings) {
    super(settings, 'password-reset');
  }
}
