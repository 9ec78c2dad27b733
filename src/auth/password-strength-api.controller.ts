import { Body, HttpCode, Post, Req } from '@nestjs/common';
import { ApiController } from '../http/latchkey-routes';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../access/decorators';
import { PasswordPolicy } from './passwords/password-policy';
import { ApiProblems } from '../http/responses/api-problems.decorator';
import { Throttle } from '../throttling/throttle';
import { UnlessThrottled } from '../throttling/unthrottled-source.guard';
import { PasswordStrengthDto, PasswordToEstimateDto } from './dto/password-strength.dto';

/** Serves the strength meter on the pages, so that it applies the server's rules. */
@ApiTags('auth')
@ApiProblems(400, 503)
@ApiController('api/v1/auth/password-strength')
export class PasswordStrengthApiController {
  constructor(
    private readonly policy: PasswordPolicy,
    private readonly throttle: Throttle,
  ) {}

  @Post()
  @HttpCode(200)
  @Public()
  @UnlessThrottled('password-strength')
  @ApiOperation({
    summary: 'Estimate how good a new password is',
    description: 'By the rules of sign-up. Nothing is stored or logged.',
  })
  @ApiOkResponse({ type: PasswordStrengthDto, description: 'How good it is' })
  @ApiProblems(403, 413, 415, [422, { password: ['This field must be one text.'] }], 429)
  async estimate(
    @Req() request: Request,
    @Body() { password, username = '', email = '' }: PasswordToEstimateDto,
  ): Promise<PasswordStrengthDto> {
    await this.throttle.source(request, 'password-strength');
    return this.policy.strength(password, [request.principal?.username ?? username, email]);
  }
}
