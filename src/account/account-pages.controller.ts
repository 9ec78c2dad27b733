import { Controller, Get, Render, Session } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { SessionData } from 'express-session';
import { FLASHES } from '../flash/flash';

/** Start page of the account section. */
@ApiExcludeController()
@Controller('account')
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
