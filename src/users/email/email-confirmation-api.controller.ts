import { Body, HttpCode, Post, Req } from '@nestjs/common';
import { ApiController } from '../../http/latchkey-routes';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../../access/decorators';
import { FLASHES } from '../../flash/flash';
import { ApiProblems } from '../../http/responses/api-problems.decorator';
import { EmailConfirmationDto } from './email.dto';
import { EmailConfirmation } from './email-confirmation';

@ApiTags('auth')
@ApiProblems(400, 503)
@ApiController('api/v1/auth/email-confirmation')
export class EmailConfirmationApiController {
  constructor(private readonly confirmation: EmailConfirmation) {}

  @Post()
  @HttpCode(204)
  @Public()
  @ApiOperation({
    summary: 'Confirm an e-mail address',
    description: 'With the token of the mailed link, once. Nobody is logged in by it.',
  })
  @ApiNoContentResponse({ description: 'In force' })
  @ApiProblems(403, [409, FLASHES.emailTaken.text], 413, 415)
  @ApiProblems([422, { token: ['This link does not work any more.'] }])
  async confirm(@Req() request: Request, @Body() { token }: EmailConfirmationDto): Promise<void> {
    await this.confirmation.confirm(token, request);
  }
}
