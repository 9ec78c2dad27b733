import { Body, Get, Post, Query, Redirect, Render, Req } from '@nestjs/common';
import { PagesController } from '../../http/latchkey-routes';
import type { Request } from 'express';
import { CurrentUser } from '../decorators';
import type { Principal } from '../principal';
import { DRAFT_PAGE } from '../../flash/drafts/pages/draft-pages.controller';
import { DraftNotice } from '../../flash/drafts/pages/draft-notice';
import { returnPath } from '../../http/local-path';
import { form } from '../../http/responses/form';
import { FormPage } from '../../http/responses/route.guard';
import { ReauthenticateFormDto } from './reauthenticate.dto';
import { StepUp } from './step-up';

const VIEW = 'account/reauthenticate';
const TITLE = 'Confirm that it is you';

/** StepUpGuard redirects here. */
@PagesController('account/reauthenticate')
export class ReauthenticatePagesController {
  constructor(
    private readonly stepUp: StepUp,
    private readonly draftNotice: DraftNotice,
  ) {}

  @Get()
  @Render(VIEW)
  async show(@Req() request: Request, @Query('next') next: unknown) {
    await this.draftNotice.exposeToView(request);
    return { title: TITLE, form: form({ next: returnPath(next) }) };
  }

  @Post()
  @FormPage(VIEW, TITLE)
  @Redirect('/account', 303)
  async reauthenticate(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() { password, next }: ReauthenticateFormDto,
  ) {
    const kept = await this.draftNotice.exposeToView(request);
    await this.stepUp.renew(request, principal, password);
    // A draft is stored without `next`, so a `next` was requested later and has priority.
    return { url: returnPath(next) ?? (kept?.userId === principal.id ? DRAFT_PAGE : '/account') };
  }
}
