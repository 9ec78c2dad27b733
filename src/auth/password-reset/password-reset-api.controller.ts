import { Body, HttpCode, Post, Req } from '@nestjs/common';
import { ApiController } from '../../http/latchkey-routes';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../../access/decorators';
import { ApiProblems } from '../../http/responses/api-problems.decorator';
import { PasswordResetConfirmDto, PasswordResetDto } from '../dto/password-reset.dto';
import { UnlessThrottled } from '../../throttling/unthrottled-source.guard';
import { PasswordReset } from './password-reset';

@ApiTags('auth')
@ApiProblems(400, 503)
@ApiController('api/v1/auth/password-reset')
export class PasswordResetApiController {
  constructor(private readonly reset: PasswordReset) {}

  @Post()
  @HttpCode(204)
  @Public()
  @UnlessThrottled('password-reset')
  @ApiOperation({
    summary: 'Ask for a link to choose a new password',
    description: 'It is mailed if an account has the address; the response is the same in any case.',
  })
  @ApiNoContentResponse({ description: 'Asked for' })
  @ApiProblems(403, 413, 415, [422, { email: ['Use an e-mail address such as ada@example.com.'] }], 429)
  async request(@Req() request: Request, @Body() { email }: PasswordResetDto): Promise<void> {
    await this.reset.request(email, request);
  }

  @Post('confirm')
  @HttpCode(204)
  @Public()
  @ApiOperation({
    summary: 'Choose a new password',
    description:
      'With the token of the mailed link, once and within 20 minutes. Ends all sessions of its user and logs nobody in. A password that is refused leaves the token as it is.',
  })
  @ApiNoContentResponse({ description: 'Set' })
  @ApiProblems(403, 413, 415, [422, { token: ['This link does not work any more.'] }])
  async confirm(
    @Req() request: Request,
    @Body() { token, password }: PasswordResetConfirmDto,
  ): Promise<void> {
    await this.reset.complete(token, password, request);
  }
}
