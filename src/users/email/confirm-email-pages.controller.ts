import { Get, Header, Injectable, Param, Post, Redirect, Render, Req } from '@nestjs/common';
import { PagesController } from '../../http/latchkey-routes';
import type { Request } from 'express';
import { Public } from '../../access/decorators';
import { FLASHES } from '../../flash/flash';
import { FlashService } from '../../flash/flash-service';
import { FormPage } from '../../http/responses/route.guard';
import { MailedTokenPipe } from '../../auth/mailed-token';
import { Settings } from '../../options/settings';
import { TokenCookie } from '../../sessions/token-cookie';
import { EmailConfirmation } from './email-confirmation';
import { RedirectTo } from '../../http/redirect-to';
import { BasePath } from '../../options/base-path';

/** Holds the token of a link, instead of the URL, until the user presses the button. */
@Injectable()
export class ConfirmationCookie extends TokenCookie {
  constructor(settings: Settings) {
    super(settings, 'confirm-email');
  }
}

const VIEW = 'users/confirm-email';
const TITLE = 'Confirm your e-mail address';
const KEPT_FOR = 20 * 60_000;

/**
 * The target of the mailed link. A GET only stores the token and shows a button, because mail scanners follow
 * links.
 */
@Public()
@PagesController('users/confirm-email')
export class ConfirmEmailPagesController {
  constructor(
    private readonly confirmation: EmailConfirmation,
    private readonly cookie: ConfirmationCookie,
    private readonly flashes: FlashService,
    private readonly base: BasePath,
  ) {}

  @Get()
  @Render(VIEW)
  async show(@Req() request: Request) {
    const { user, email } = await this.confirmation.find(this.cookie.read(request));
    return { title: TITLE, username: user.username, email };
  }

  @Post()
  @FormPage(VIEW, TITLE)
  @Redirect('', 303)
  async confirm(@Req() request: Request) {
    const token = this.cookie.read(request);
    this.cookie.clear(request);
    await this.confirmation.confirm(token, request);
    this.flashes.add(request, FLASHES.emailConfirmed);
    return { url: this.base.to(request.principal ? '/account/email' : '/users/login') };
  }

  /** Moves the token out of the URL, which reaches the history, logs and other sites (ASVS 5.0: 14.2.1). */
  @Get(':token')
  @Header('Referrer-Policy', 'no-referrer')
  @RedirectTo('/users/confirm-email')
  takeToken(@Req() request: Request, @Param('token', MailedTokenPipe) token: string): void {
    this.cookie.write(request, token, KEPT_FOR);
  }
}
