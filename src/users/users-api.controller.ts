import {
  Body,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Query,
  Req,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ApiController } from '../http/latchkey-routes';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { CorrectUserGuard } from '../access/correct-user.guard';
import { CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { mapPage, PageQuery } from '../http/page';
import { ResourceIdPipe } from '../http/resource-id';
import { FLASHES } from '../flash/flash';
import { ApiProblems } from '../http/responses/api-problems.decorator';
import { AccountChanges } from './account-changes';
import { DeleteUserDto, UpdateUserDto } from './dto/change-user.dto';
import { UserDto, UserPageDto } from './dto/user.dto';
import { SignUpFields } from './sign-up-fields';
import { UnchangedUsernameInterceptor } from './unchanged-username.interceptor';
import { UsersService } from './users-service';

const OfUser = ApiParam({ name: 'id', type: 'integer', description: 'ID of the user', example: 1 });
const ASKS_FOR_PASSWORD = 'once the last log-in is more than 10 minutes ago';

@ApiTags('users')
@ApiProblems(400, 401, 503)
@ApiController('api/v1/users')
export class UsersApiController {
  constructor(
    private readonly users: UsersService,
    private readonly changes: AccountChanges,
    private readonly fields: SignUpFields,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List users', description: 'Oldest first.' })
  @ApiOkResponse({ type: UserPageDto, description: 'A page of the list' })
  @ApiProblems([422, { limit: ['Use a whole number from 1 to 100.'] }])
  async list(@Query() query: PageQuery, @CurrentUser() principal: Principal): Promise<UserPageDto> {
    return mapPage(await this.users.list(query), (user) => UserDto.of(user, principal.id));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Show a user' })
  @OfUser
  @ApiOkResponse({ type: UserDto, description: 'The user; with the e-mail only to its owner' })
  @ApiProblems(404)
  async show(@Param('id', ResourceIdPipe) id: number, @CurrentUser() principal: Principal): Promise<UserDto> {
    return UserDto.of(await this.users.get(id), principal.id, this.fields.names);
  }

  @Patch(':id')
  @UseGuards(CorrectUserGuard)
  @UseInterceptors(UnchangedUsernameInterceptor)
  @ApiOperation({
    summary: 'Change your account',
    description: `What is not given stays. An e-mail address takes effect when it is confirmed by the link that is mailed to it; null removes it at once. A change of name or e-mail asks for \`currentPassword\` ${ASKS_FOR_PASSWORD}.`,
  })
  @OfUser
  @ApiOkResponse({ type: UserDto, description: 'The user as it is now' })
  @ApiProblems([403, FLASHES.notAuthorized.text], 404, 409, 413, 415, 422, 429)
  async update(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() body: UpdateUserDto,
  ): Promise<UserDto> {
    const user = await this.changes.update(request, principal, body);
    return UserDto.of(user, principal.id, this.fields.names);
  }

  @Delete(':id')
  @HttpCode(204)
  @UseGuards(CorrectUserGuard)
  @ApiOperation({
    summary: 'Delete your account',
    description: `With its messages, and ends its sessions on every device. Asks for \`currentPassword\` ${ASKS_FOR_PASSWORD}.`,
  })
  @OfUser
  @ApiNoContentResponse({ description: 'Deleted and logged out' })
  @ApiProblems([403, FLASHES.notAuthorized.text], 404, 413, 415)
  @ApiProblems([422, { currentPassword: ['Please confirm with your current password.'] }], 429)
  async remove(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() body: DeleteUserDto,
  ): Promise<void> {
    await this.changes.remove(request, principal, body.currentPassword);
  }
}
