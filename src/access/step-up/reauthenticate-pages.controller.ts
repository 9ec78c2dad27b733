import { Body, Get, Post, Query, Render, Req } from '@nestjs/common';
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
import { RedirectTo } from '../../http/redirect-to';
import { BasePath } from '../../options/base-path';

const VIEW = 'account/reauthenticate';
const TITLE = 'Confirm that it is you';

/** StepUpGuard redirects here. */
@PagesController('account/reauthenticate')
export class ReauthenticatePagesController {
  constructor(
    private readonly stepUp: StepUp,
    private readonly draftNotice: DraftNotice,
    private readonly base: BasePath,
  ) {}

  @Get()
  @Render(VIEW)
  async show(@Req() request: Request, @Query('next') next: unknown) {
    await this.draftNotice.exposeToView(request);
    return { title: TITLE, form: form({ next: returnPath(next, this.base.path) }) };
  }

  @Post()
  @FormPage(VIEW, TITLE)
  @RedirectTo('/account')
  async reauthenticate(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() { password, next }: ReauthenticateFormDto,
  ) {
    const kept = await this.draftNotice.exposeToView(request);
    await this.stepUp.renew(request, principal, password);
    // A draft is stored without `next`, so a `next` was requested later and has priority.
    const otherwise = kept?.userId === principal.id ? DRAFT_PAGE : '/account';
    return { url: returnPath(next, this.base.path) ?? this.base.to(otherwise) };
  }
}
