import { Injectable } from '@nestjs/common';
import { Settings } from '../../options/settings';
import { TokenCookie } from '../../sessions/token-cookie';

/** Holds the token of a link, instead of the URL, until the user presses the button. */
@Injectable()
export class ConfirmationCookie extends TokenCookie {
  constructor(settings: Settings) {
    super(settings, 'confirm-email');
  }
}
