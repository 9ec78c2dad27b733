import { Body, Delete, Get, Post, Redirect, Render, Req } from '@nestjs/common';
import { PagesController } from '../http/latchkey-routes';
import type { Request } from 'express';
import { CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { FLASHES } from '../flash/flash';
import { FlashService } from '../flash/flash-service';
import { form } from '../http/responses/form';
import { FormPage } from '../http/responses/route.guard';
import { AccountChanges } from '../users/account-changes';
import { DeleteAccountDto } from '../users/dto/change-user.dto';
import { BasePath } from '../options/base-path';

const VIEW = 'account/delete';
const TITLE = 'Delete your account';

/** Always requires the password, even right after a log-in: deletion is irreversible. */
@PagesController('account/delete')
export class DeletePagesController {
  constructor(
    private readonly changes: AccountChanges,
    private readonly flashes: FlashService,
    private readonly base: BasePath,
  ) {}

  @Get()
  @Render(VIEW)
  show() {
    return { title: TITLE, form: form() };
  }

  @Post()
  @FormPage(VIEW, TITLE)
  @Redirect('', 303)
  async remove(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() { currentPassword }: DeleteAccountDto,
  ) {
    await this.changes.removeByPassword(request, principal, currentPassword);
    this.flashes.add(request, FLASHES.userDeleted);
    return { url: this.base.home };
  }

  @Delete()
  @FormPage(VIEW, TITLE)
  @Redirect('', 303)
  removeByMethod(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() body: DeleteAccountDto,
  ) {
    return this.remove(request, principal, body);
  }
}
