import { Get, Req, Res } from '@nestjs/common';
import { PagesController } from '../../../http/latchkey-routes';
import type { Request, Response } from 'express';
import { isSeenByPerson } from '../../../http/page-request';
import { CurrentUser } from '../../../access/decorators';
import type { Principal } from '../../../access/principal';
import { FLASHES } from '../../flash';
import { FlashService } from '../../flash-service';
import { FormDrafts } from '../form-drafts';
import { form, formPageLocals } from '../../../http/responses/form';
import { BasePath } from '../../../options/base-path';

export const DRAFT_PAGE = '/account/kept-form';

/** Shows a stored draft as a filled-in form. It takes effect only when the user submits it. */
@PagesController(DRAFT_PAGE)
export class DraftPagesController {
  constructor(
    private readonly drafts: FormDrafts,
    private readonly flashes: FlashService,
    private readonly base: BasePath,
  ) {}

  @Get()
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentUser() { id: userId }: Principal,
  ): Promise<void> {
    // A draft can be taken only once: do not spend it on a prefetch.
    const kept = isSeenByPerson(request) ? await this.drafts.take(request, userId) : null;
    if (!kept) {
      response.redirect(303, this.base.to('/users/welcome'));
      return;
    }
    const { view, title, params, values, ids } = kept;
    this.flashes.add(request, FLASHES.notSavedYet);
    response.render(view, formPageLocals({ title, params, userId, form: form(values, {}, ids) }));
  }
}
