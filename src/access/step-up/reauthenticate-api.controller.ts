import { Body, HttpCode, Post, Req } from '@nestjs/common';
import { ApiController } from '../../http/latchkey-routes';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { CurrentUser } from '../decorators';
import type { Principal } from '../principal';
import { ApiProblems } from '../../http/responses/api-problems.decorator';
import { ReauthenticateDto } from './reauthenticate.dto';
import { StepUp } from './step-up';

@ApiTags('auth')
@ApiProblems(400, 401, 503)
@ApiController('api/v1/auth/reauthenticate')
export class ReauthenticateApiController {
  constructor(private readonly stepUp: StepUp) {}

  @Post()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Give your password again',
    description:
      'For 10 minutes it opens what answers 403 with the reason `reauthentication_required`. The session goes on under a new ID: its cookie is set anew.',
  })
  @ApiNoContentResponse({
    description: 'Given',
    headers: {
      'Set-Cookie': {
        description: 'The session under its new ID',
        schema: { type: 'string', example: 'sid=s%3A…; Path=/; HttpOnly; SameSite=Lax' },
      },
    },
  })
  @ApiProblems(403, 413, 415, [422, { password: ['This is not your current password.'] }], 429)
  async reauthenticate(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() { password }: ReauthenticateDto,
  ): Promise<void> {
    await this.stepUp.renew(request, principal, password);
  }
}
