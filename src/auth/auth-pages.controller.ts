import { Body, Get, Post, Render, Req, Res, UseGuards } from '@nestjs/common';
import { PagesController } from '../http/latchkey-routes';
import type { Request, Response } from 'express';
import { GuestOnlyGuard } from '../access/guest-only.guard';
import { CurrentUser, Public } from '../access/decorators';
import type { Principal } from '../access/principal';
import { Settings } from '../options/settings';
import { FLASHES } from '../flash/flash';
import { FlashService } from '../flash/flash-service';
import { FormDrafts } from '../flash/drafts/form-drafts';
import { form } from '../http/responses/form';
import { FormPage } from '../http/responses/route.guard';
import { ValidatesNewPassword } from '../users/new-password.interceptor';
import { Throttle } from '../throttling/throttle';
import { UnlessThrottled } from '../throttling/unthrottled-source.guard';
import { SignUpPipe } from '../users/sign-up.pipe';
import { type NewAccount, UsersService } from '../users/users-service';
import { AuthService } from './auth-service';
import { LoginFormDto } from './dto/login.dto';
import { DraftNotice } from '../flash/drafts/pages/draft-notice';
import { isDeliberate } from './logout-request';
import { OpenRegistrationGuard } from './open-registration.guard';
import { DRAFT_PAGE } from '../flash/drafts/pages/draft-pages.controller';
import { returnPath } from '../http/local-path';
import { RedirectTo } from '../http/redirect-to';
import { BasePath } from '../options/base-path';

const WELCOME = '/users/welcome';

@PagesController('users')
export class AuthPagesController {
  constructor(
    private readonly auth: AuthService,
    private readonly users: UsersService,
    private readonly throttle: Throttle,
    private readonly flashes: FlashService,
    private readonly drafts: FormDrafts,
    private readonly draftNotice: DraftNotice,
    private readonly settings: Settings,
    private readonly base: BasePath,
  ) {}

  @Get('signup')
  @Public()
  @UseGuards(OpenRegistrationGuard, GuestOnlyGuard)
  @Render('users/signup')
  signupForm() {
    return { title: 'Sign up', form: form() };
  }

  @Post('signup')
  @Public()
  @UseGuards(OpenRegistrationGuard, GuestOnlyGuard)
  @UnlessThrottled('sign-up')
  @FormPage('users/signup', 'Sign up')
  @ValidatesNewPassword('password')
  @RedirectTo('/users/login')
  async signup(@Req() request: Request, @Body(SignUpPipe) account: NewAccount) {
    await this.throttle.source(request, 'sign-up');
    const user = await this.users.create(account, request);
    this.flashes.add(request, FLASHES.userCreated);
    if (user.email !== null) this.flashes.add(request, FLASHES.emailGiven);
  }

  @Get('login')
  @Public()
  @UseGuards(GuestOnlyGuard)
  @Render('users/login')
  async loginForm(@Req() request: Request) {
    const { next } = request.query;
    const kept = await this.draftNotice.exposeToView(request);
    return {
      title: 'Log in',
      form: form({ next: returnPath(next, this.base.path), username: kept?.username }),
    };
  }

  // Not GuestOnlyGuard: another user may submit a log-in form that was opened earlier.
  @Post('login')
  @Public()
  @FormPage('users/login', 'Log in')
  @RedirectTo(WELCOME)
  async login(@Req() request: Request, @Body() { next, remember, ...credentials }: LoginFormDto) {
    const kept = await this.draftNotice.exposeToView(request);
    const user = await this.auth.authenticate(credentials, request);
    await this.auth.logIn(request, user, isTicked(remember));
    this.flashes.add(request, FLASHES.loggedIn);
    if (request.session.isPasswordReadInPart) this.flashes.add(request, FLASHES.passwordReadInPart);
    if (kept?.userId === user.id) return { url: this.base.to(DRAFT_PAGE) };
    await this.drafts.discard(request);
    return { url: returnPath(next, this.base.path) ?? this.base.to(WELCOME) };
  }

  @Get('welcome')
  @Render('users/welcome')
  welcome(@CurrentUser() { username }: Principal) {
    return { title: `Welcome, ${username}` };
  }

  @Post('logout')
  @Public()
  @RedirectTo('/users/login')
  async logout(@Req() request: Request) {
    await this.auth.logOut(request);
    this.flashes.add(request, FLASHES.loggedOut);
  }

  @Get('logout')
  @Public()
  async logoutByLink(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (!isDeliberate(request, this.settings.origin)) {
      response.render('users/logout', { title: 'Log out?' });
      return;
    }
    await this.logout(request);
    response.redirect(303, this.base.to('/users/login'));
  }
}

/** Browsers do not send unticked checkboxes. */
function isTicked(box: unknown): boolean {
  return typeof box === 'string' && box !== '';
}
