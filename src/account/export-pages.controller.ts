import { Get, Render, Req, Res, UseGuards } from '@nestjs/common';
import { PagesController } from '../http/latchkey-routes';
import type { Request, Response } from 'express';
import { CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { StepUpGuard } from '../access/step-up/step-up.guard';
import { AccountExport } from './account-export';
import { sendExport } from './send-export';

@PagesController('account/export')
export class ExportPagesController {
  constructor(private readonly accountExport: AccountExport) {}

  @Get()
  @Render('account/export')
  show() {
    return { title: 'Export your data' };
  }

  @Get('file')
  @UseGuards(StepUpGuard)
  async file(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentUser() principal: Principal,
  ): Promise<void> {
    await sendExport(request, response, await this.accountExport.of(request, principal));
  }
}
