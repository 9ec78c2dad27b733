import { Get, Render, Session } from '@nestjs/common';
import { PagesController } from '../http/latchkey-routes';
import type { SessionData } from 'express-session';
import { FLASHES } from '../flash/flash';

/** Start page of the account section. */
@PagesController('account')
export class AccountPagesController {
  @Get()
  @Render('account/account')
  show(@Session() { isPasswordReadInPart }: SessionData) {
    return {
      title: 'Your account',
      passwordNotice: isPasswordReadInPart ? FLASHES.passwordReadInPart.text : null,
    };
  }
}
