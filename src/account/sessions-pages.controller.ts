import { Delete, Get, Param, Query, Render, Req } from '@nestjs/common';
import { PagesController } from '../http/latchkey-routes';
import type { Request } from 'express';
import { CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { PageQuery } from '../http/page';
import { FLASHES } from '../flash/flash';
import { FlashService } from '../flash/flash-service';
import { Devices } from '../sessions/devices';
import { hasSession } from '../sessions/session-service';
import { OwnDevices } from './own-devices';
import { describeDevice } from '../http/describe-device';
import { RedirectTo } from '../http/redirect-to';
import { BasePath } from '../options/base-path';

/** Shows the devices on which the user is logged in and logs them out. */
@PagesController('account')
export class SessionsPagesController {
  constructor(
    private readonly devices: Devices,
    private readonly ownDevices: OwnDevices,
    private readonly flashes: FlashService,
    private readonly base: BasePath,
  ) {}

  @Get('sessions')
  @Render('account/sessions')
  async list(@Req() request: Request, @CurrentUser() { id }: Principal, @Query() query: PageQuery) {
    const { items, nextCursor } = await this.devices.page(request, id, query);
    const sessions = items.map(({ userAgent, ...device }) => ({ ...device, ...describeDevice(userAgent) }));
    const hasOthers = sessions.some(({ current }) => !current);
    const first = query.cursor === undefined;
    return { title: 'Your sessions', sessions, hasOthers, nextCursor, first };
  }

  @Delete('sessions/:id')
  @RedirectTo('/account/sessions')
  async end(@Req() request: Request, @CurrentUser() principal: Principal, @Param('id') id: string) {
    await this.ownDevices.revoke(request, principal, id);
    const hasEnded = !hasSession(request); // the user ended the current session
    this.flashes.add(request, hasEnded ? FLASHES.loggedOut : FLASHES.sessionEnded);
    return { url: this.base.to(hasEnded ? '/users/login' : '/account/sessions') };
  }

  @Delete('sessions')
  @RedirectTo('/account/sessions')
  async endOthers(@Req() request: Request, @CurrentUser() principal: Principal) {
    await this.ownDevices.revokeOthers(request, principal);
    this.flashes.add(request, FLASHES.otherSessionsEnded);
  }
}
