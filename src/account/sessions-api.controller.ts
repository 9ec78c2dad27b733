import { Delete, Get, HttpCode, Param, Query, Req } from '@nestjs/common';
import { ApiController } from '../http/latchkey-routes';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { mapPage, PageQuery } from '../http/page';
import { ApiProblems } from '../http/responses/api-problems.decorator';
import { Devices } from '../sessions/devices';
import { OwnDevices } from './own-devices';
import { SessionDto, SessionListDto } from './dto/session.dto';

@ApiTags('auth')
@ApiProblems(400, 401, 503)
@ApiController('api/v1/auth/sessions')
export class SessionsApiController {
  constructor(
    private readonly devices: Devices,
    private readonly ownDevices: OwnDevices,
  ) {}

  @Get()
  @ApiOperation({ summary: 'On which devices you are logged in', description: 'The one used last first' })
  @ApiOkResponse({ type: SessionListDto, description: 'A page of the live sessions of the user' })
  @ApiProblems([422, { limit: ['Use a whole number from 1 to 100.'] }])
  async list(
    @Req() request: Request,
    @CurrentUser() { id }: Principal,
    @Query() query: PageQuery,
  ): Promise<SessionListDto> {
    return mapPage(await this.devices.page(request, id, query), (device) => SessionDto.of(device));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'End one session',
    description: 'Ending the current one logs out. An ID that is unknown, or ended already, changes nothing.',
  })
  @ApiParam({ name: 'id', description: 'As listed', example: 'q8Zr2kQbT0m1x9cWvY5n3A' })
  @ApiNoContentResponse({ description: 'There is no such live session any more' })
  @ApiProblems(403)
  async end(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Param('id') id: string,
  ): Promise<void> {
    await this.ownDevices.revoke(request, principal, id);
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'End all other sessions' })
  @ApiNoContentResponse({ description: 'Only this session is left' })
  @ApiProblems(403)
  async endOthers(@Req() request: Request, @CurrentUser() principal: Principal): Promise<void> {
    await this.ownDevices.revokeOthers(request, principal);
  }
}
