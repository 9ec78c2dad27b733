import { Body, Get, Post, Render, Req } from '@nestjs/common';
import { PagesController } from '../http/latchkey-routes';
import type { Request } from 'express';
import { CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { FLASHES } from '../flash/flash';
import { FlashService } from '../flash/flash-service';
import { form } from '../http/responses/form';
import { FormPage } from '../http/responses/route.guard';
import { ChangePasswordDto } from '../users/dto/change-user.dto';
import { ValidatesNewPassword } from '../users/new-password.interceptor';
import { PasswordChange } from '../users/password-change';
import { RedirectTo } from '../http/redirect-to';

const VIEW = 'account/password';
const TITLE = 'Change your password';

@PagesController('account/password')
export class PasswordPagesController {
  constructor(
    private readonly passwordChange: PasswordChange,
    private readonly flashes: FlashService,
  ) {}

  @Get()
  @Render(VIEW)
  show() {
    return { title: TITLE, form: form() };
  }

  @Post()
  @FormPage(VIEW, TITLE)
  @ValidatesNewPassword('newPassword')
  @RedirectTo('/account')
  async change(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() body: ChangePasswordDto,
  ) {
    await this.passwordChange.make(request, principal, body);
    this.flashes.add(request, FLASHES.passwordUpdated);
  }
}
