import { Body, HttpCode, Post, Req } from '@nestjs/common';
import { ApiController } from '../http/latchkey-routes';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { ApiProblems } from '../http/responses/api-problems.decorator';
import { ChangePasswordDto } from '../users/dto/change-user.dto';
import { ValidatesNewPassword } from '../users/new-password.interceptor';
import { PasswordChange } from '../users/password-change';

@ApiTags('auth')
@ApiProblems(400, 401, 503)
@ApiController('api/v1/auth/password')
export class PasswordApiController {
  constructor(private readonly passwordChange: PasswordChange) {}

  @Post()
  @HttpCode(204)
  @ValidatesNewPassword('newPassword')
  @ApiOperation({
    summary: 'Change your password',
    description:
      'Ends your sessions on all other devices. This one goes on under a new ID, as after a log-in: its cookie is set anew.',
  })
  @ApiNoContentResponse({
    description: 'Changed',
    headers: {
      'Set-Cookie': {
        description: 'The session under its new ID',
        schema: { type: 'string', example: 'sid=s%3A…; Path=/; HttpOnly; SameSite=Lax' },
      },
    },
  })
  @ApiProblems(403, 413, 415)
  @ApiProblems([422, { currentPassword: ['This is not your current password.'] }], 429)
  async change(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() body: ChangePasswordDto,
  ): Promise<void> {
    await this.passwordChange.make(request, principal, body);
  }
}
