import { Injectable } from '@nestjs/common';
import { Settings } from '../../options/settings';
import { TokenCookie } from '../../sessions/token-cookie';

/** The cookie that holds the only key to a kept form. */
@Injectable()
export class DraftCookie extends TokenCookie {
  constructor(settings: Settings) {
    super(settings, 'form');
  }
}
