import { Get, Query } from '@nestjs/common';
import { ApiController } from '../http/latchkey-routes';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { AuditTrail } from '../events/audit/audit-trail';
import { mapPage, PageQuery } from '../http/page';
import { ApiProblems } from '../http/responses/api-problems.decorator';
import { ActivityDto, ActivityPageDto } from './dto/activity.dto';

@ApiTags('auth')
@ApiProblems(400, 401, 503)
@ApiController('api/v1/auth/activity')
export class ActivityApiController {
  constructor(private readonly trail: AuditTrail) {}

  @Get()
  @ApiOperation({ summary: 'What happened to your account', description: 'Newest first.' })
  @ApiOkResponse({ type: ActivityPageDto, description: 'A page of the list' })
  @ApiProblems([422, { limit: ['Use a whole number from 1 to 100.'] }])
  async list(@Query() query: PageQuery, @CurrentUser() { id }: Principal): Promise<ActivityPageDto> {
    return mapPage(await this.trail.list(query, id), (entry) => ActivityDto.of(entry));
  }
}
