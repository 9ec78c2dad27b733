import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query, Req, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { CorrectUserGuard } from '../access/correct-user.guard';
import { CurrentUser } from '../access/current-user.decorator';
import type { Principal } from '../access/principal';
import { mapPage, PageQuery } from '../common/page';
import { ResourceIdPipe } from '../common/resource-id';
import { AccountChanges } from './account-changes';
import { DeleteUserDto } from './dto/delete-user.dto';
import { UpdateUserDto } from './dto/update-user.dto';
import { UserDto, UserPageDto } from './dto/user.dto';
import { UsersService } from './users-service';

@ApiTags('users')
@Controller('api/v1/users')
export class UsersApiController {
  constructor(
    private readonly users: UsersService,
    private readonly changes: AccountChanges,
  ) {}

  @Get()
  async list(@Query() query: PageQuery, @CurrentUser() principal: Principal): Promise<UserPageDto> {
    return mapPage(await this.users.list(query), (user) => UserDto.of(user, principal.id));
  }

  @Get(':id')
  async show(@Param('id', ResourceIdPipe) id: number, @CurrentUser() principal: Principal): Promise<UserDto> {
    return UserDto.of(await this.users.get(id), principal.id);
  }

  @Patch(':id')
  @UseGuards(CorrectUserGuard)
  async update(@CurrentUser() principal: Principal, @Body() body: UpdateUserDto): Promise<UserDto> {
    return UserDto.of(await this.changes.update(principal, body), principal.id);
  }

  @Delete(':id')
  @HttpCode(204)
  @UseGuards(CorrectUserGuard)
  async remove(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() body: DeleteUserDto,
  ): Promise<void> {
    await this.changes.remove(request, principal, body.currentPassword);
  }
}
