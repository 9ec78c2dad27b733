import { Injectable } from '@nestjs/common';
import { Settings } from '../../options/settings';
import { TokenCookie } from '../../sessions/token-cookie';

/** Holds the token of a link until the user sets a password, so that it is not in the URL. */
@Injectable()
export class ResetCookie extends TokenCookie {
  constructor(settings: Settings) {
    super(settings, 'password-reset');
  }
}
