import { Body, Delete, Get, Post, Render, Req, UseInterceptors } from '@nestjs/common';
import { PagesController } from '../../http/latchkey-routes';
import type { Request } from 'express';
import { CurrentUser } from '../../access/decorators';
import type { Principal } from '../../access/principal';
import { FLASHES } from '../../flash/flash';
import { FlashService } from '../../flash/flash-service';
import { form } from '../../http/responses/form';
import { FormPage } from '../../http/responses/route.guard';
import { EmailChanges } from '../email-changes';
import { hasGiven } from '../new-user';
import { StepUp } from '../../access/step-up/step-up';
import { UsersService } from '../users-service';
import { ChangeEmailDto, RemoveEmailDto } from './email.dto';
import { StoredEmailInterceptor } from './stored-email.interceptor';
import { RedirectTo } from '../../http/redirect-to';

const VIEW = 'account/email';
const TITLE = 'Your e-mail address';

@UseInterceptors(StoredEmailInterceptor)
@PagesController('account/email')
export class EmailPagesController {
  constructor(
    private readonly users: UsersService,
    private readonly changes: EmailChanges,
    private readonly stepUp: StepUp,
    private readonly flashes: FlashService,
  ) {}

  @Get()
  @Render(VIEW)
  show() {
    return { title: TITLE, form: form() };
  }

  @Post()
  @FormPage(VIEW, TITLE)
  @RedirectTo('/account/email')
  async change(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() { email, currentPassword }: ChangeEmailDto,
  ) {
    const user = await this.users.own(principal);
    await this.stepUp.require(request, principal, currentPassword);
    const change = await this.changes.prepare(user, email, request);
    await change(user);
    const isNew = !hasGiven(user, email);
    this.flashes.add(request, isNew ? FLASHES.emailChangeRequested : FLASHES.emailConfirmationSent);
  }

  @Delete()
  @FormPage(VIEW, TITLE, { currentPassword: 'remove-currentPassword' })
  @RedirectTo('/account/email')
  async remove(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() { currentPassword }: RemoveEmailDto,
  ) {
    const user = await this.users.own(principal);
    await this.stepUp.require(request, principal, currentPassword);
    const remove = await this.changes.prepare(user, null, request);
    await remove(user);
    this.flashes.add(request, FLASHES.emailRemoved);
  }

  @Post('confirmation')
  @FormPage(VIEW, TITLE)
  @RedirectTo('/account/email')
  async resend(@Req() request: Request, @CurrentUser() principal: Principal) {
    await this.changes.resend(await this.users.own(principal), request);
    this.flashes.add(request, FLASHES.emailConfirmationSent);
  }

  @Delete('pending')
  @RedirectTo('/account/email')
  async cancel(@Req() request: Request, @CurrentUser() principal: Principal) {
    await this.changes.cancel(await this.users.own(principal));
    this.flashes.add(request, FLASHES.emailChangeCancelled);
  }
}
