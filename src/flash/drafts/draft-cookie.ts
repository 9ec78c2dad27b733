import { Injectable } from '@nestjs/common';
import { Settings } from '../../options/settings';
import { TokenCookie } from '../../sessions/token-cookie';

/** Contains the only decryption key of a draft. */
@Injectable()
export class DraftCookie extends TokenCookie {
  constructor(settings: Settings) {
    super(settings, 'form');
  }
}
