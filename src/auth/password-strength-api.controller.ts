import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../access/public.decorator';
import { PasswordPolicy } from '../passwords/password-policy';
import { ApiProblems } from '../responses/api-problems.decorator';
import { PasswordStrengthDto, PasswordToEstimateDto } from './dto/password-strength.dto';

/** What the strength meter of the pages asks, so that it has the same rules as the server. */
@ApiTags('auth')
@ApiProblems(400, 503)
@Controller('api/v1/auth/password-strength')
export class PasswordStrengthApiController {
  constructor(private readonly policy: PasswordPolicy) {}

  @Post()
  @HttpCode(200)
  @Public()
  @ApiOperation({
    summary: 'Estimate how good a new password is',
    description: 'By the rules of sign-up. Nothing is stored or logged.',
  })
  @ApiOkResponse({ type: PasswordStrengthDto, description: 'How good it is' })
  @ApiProblems(403, 413, 415, [422, { password: ['This field must be one text.'] }])
  estimate(
    @Req() request: Request,
    @Body() { password, username = '', email = '' }: PasswordToEstimateDto,
  ): PasswordStrengthDto {
    return this.policy.strength(password, [request.principal?.username ?? username, email]);
  }
}
