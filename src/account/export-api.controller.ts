import { Get, Req, Res, UseGuards } from '@nestjs/common';
import { ApiController } from '../http/latchkey-routes';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { StepUpGuard } from '../access/step-up/step-up.guard';
import { FLASHES } from '../flash/flash';
import { ApiProblems } from '../http/responses/api-problems.decorator';
import { AccountExport } from './account-export';
import { sendExport } from './send-export';
import { UserDto } from '../users/dto/user.dto';
import { EXPORT_SCHEMA } from './dto/export-schema';
import { SessionDto } from './dto/session.dto';

@ApiTags('auth')
@ApiProblems(400, 401, 503)
@ApiController('api/v1/auth/export')
@UseGuards(StepUpGuard)
export class ExportApiController {
  constructor(private readonly accountExport: AccountExport) {}

  @Get()
  @ApiOperation({
    summary: 'Export your data',
    description:
      'All that is kept about you, as a download. Needs a password given in the last 10 minutes: see `POST /api/v1/auth/reauthenticate`.',
  })
  @ApiExtraModels(UserDto, SessionDto)
  @ApiOkResponse({
    schema: EXPORT_SCHEMA,
    description: 'What features keep stands beside the account, each a list of its own',
    headers: {
      'Content-Disposition': {
        description: 'As which file it is kept',
        schema: { type: 'string', example: 'attachment; filename="latchkey-ada.json"' },
      },
    },
  })
  @ApiProblems([403, FLASHES.reauthenticationRequired.text], 429)
  async file(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentUser() principal: Principal,
  ): Promise<void> {
    await sendExport(request, response, await this.accountExport.of(request, principal));
  }
}
