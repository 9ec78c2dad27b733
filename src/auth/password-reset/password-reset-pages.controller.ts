import { Body, Get, Header, Injectable, Param, Post, Redirect, Render, Req } from '@nestjs/common';
import { PagesController } from '../../http/latchkey-routes';
import type { Request } from 'express';
import { Public } from '../../access/decorators';
import { responseTo } from '../../http/request-context';
import { FLASHES } from '../../flash/flash';
import { FlashService } from '../../flash/flash-service';
import { form } from '../../http/responses/form';
import { FormPage } from '../../http/responses/route.guard';
import { NewPasswordDto, PasswordResetDto } from '../dto/password-reset.dto';
import { UnlessThrottled } from '../../throttling/unthrottled-source.guard';
import { MailedTokenPipe } from '../mailed-token';
import { Settings } from '../../options/settings';
import { TokenCookie } from '../../sessions/token-cookie';
import { PasswordReset } from './password-reset';
import { RedirectTo } from '../../http/redirect-to';
import { BasePath } from '../../options/base-path';

/** Holds the token of a link until the user sets a password, so that it is not in the URL. */
@Injectable()
export class ResetCookie extends TokenCookie {
  constructor(settings: Settings) {
    super(settings, 'password-reset');
  }
}

const REQUEST = ['users/password-reset', 'Forgot your password?'] as const;
const FORM = ['users/new-password', 'Choose a new password'] as const;
const KEPT_FOR = 20 * 60_000;

/** Also for logged-in users, who may have forgotten the password that a password change requires. */
@Public()
@PagesController('users/password-reset')
export class PasswordResetPagesController {
  constructor(
    private readonly reset: PasswordReset,
    private readonly cookie: ResetCookie,
    private readonly flashes: FlashService,
    private readonly base: BasePath,
  ) {}

  @Get()
  @Render(REQUEST[0])
  requestForm() {
    return { title: REQUEST[1], form: form() };
  }

  @Post()
  @FormPage(...REQUEST)
  @UnlessThrottled('password-reset')
  @Redirect('', 303)
  async request(@Req() request: Request, @Body() { email }: PasswordResetDto) {
    await this.reset.request(email, request);
    this.flashes.add(request, FLASHES.passwordResetRequested);
    return { url: this.base.to(request.principal ? '/account' : '/users/login') };
  }

  @Get('password')
  @Render(FORM[0])
  async passwordForm(@Req() request: Request) {
    const { username } = await this.reset.find(this.cookie.read(request));
    return { title: FORM[1], username, form: form() };
  }

  @Post('password')
  @FormPage(...FORM)
  @RedirectTo('/users/login')
  async setPassword(@Req() request: Request, @Body() { password }: NewPasswordDto) {
    const token = this.cookie.read(request);
    const { username } = await this.reset.find(token);
    responseTo(request).locals.username = username; // if the form is shown again
    await this.reset.complete(token, password, request);
    this.cookie.clear(request);
    this.flashes.add(request, FLASHES.passwordReset);
  }

  /** Removes the token from the URL, which leaks into history, logs and other sites (ASVS 5.0: 14.2.1). */
  @Get(':token')
  @Header('Referrer-Policy', 'no-referrer')
  @RedirectTo('/users/password-reset/password')
  takeToken(@Req() request: Request, @Param('token', MailedTokenPipe) token: string): void {
    this.cookie.write(request, token, KEPT_FOR);
  }
}
