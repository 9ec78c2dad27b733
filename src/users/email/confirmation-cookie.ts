import { Injectable } from '@nestjs/common';
import { Settings } from '../../options/settings';
import { TokenCookie } from '../../sessions/token-cookie';

/** Where the token of a link waits, out of the address, for its reader to press the button. */
@Injectable()
export class ConfirmationCookie extends TokenCookie {
  constructor(settings: Settings) {
    super(settings, 'confirm-email');
  }
}
