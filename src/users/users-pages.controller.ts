import {
  Body,
  Delete,
  Get,
  Param,
  Patch,
  Put,
  Query,
  Redirect,
  Render,
  Req,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { PagesController } from '../http/latchkey-routes';
import type { Request } from 'express';
import { CorrectUserGuard } from '../access/correct-user.guard';
import { CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { PageQuery } from '../http/page';
import { ResourceIdPipe } from '../http/resource-id';
import { FLASHES } from '../flash/flash';
import { FlashService } from '../flash/flash-service';
import { form } from '../http/responses/form';
import { FormPage } from '../http/responses/route.guard';
import { AccountChanges } from './account-changes';
import { DeleteUserDto, UpdateUserDto } from './dto/change-user.dto';
import { canonicalEmail } from './email';
import { SignUpFields } from './sign-up-fields';
import { UnchangedUsernameInterceptor } from './unchanged-username.interceptor';
import { UsersService } from './users-service';
import { BasePath } from '../options/base-path';

@PagesController('users')
export class UsersPagesController {
  constructor(
    private readonly users: UsersService,
    private readonly changes: AccountChanges,
    private readonly flashes: FlashService,
    private readonly fields: SignUpFields,
    private readonly base: BasePath,
  ) {}

  @Get()
  @Render('users/list')
  async list(@Query() query: PageQuery) {
    const { items, nextCursor } = await this.users.list(query);
    const users = items.map(({ id, username, createdAt }) => ({ id, username, createdAt }));
    return { title: 'Users', users, nextCursor, first: query.after === undefined };
  }

  @Get(':id')
  @Render('users/show')
  async show(@Param('id', ResourceIdPipe) id: number, @CurrentUser() principal: Principal) {
    const found = await this.users.get(id);
    const { username, createdAt, email, emailVerifiedAt } = found;
    const own = id === principal.id;
    const user = { id, username, createdAt, ...(own && { email, emailVerified: emailVerifiedAt !== null }) };
    const facts = own ? this.fields.factsOf(found) : [];
    return { title: username, user, own, facts };
  }

  @Get(':id/edit')
  @UseGuards(CorrectUserGuard)
  @Render('users/edit')
  async edit(@CurrentUser() principal: Principal) {
    const { username, email, pendingEmail } = await this.users.own(principal);
    const values = form({ username, email });
    return { title: 'Edit your account', userId: principal.id, form: values, pendingEmail };
  }

  @Patch(':id')
  @UseGuards(CorrectUserGuard)
  @FormPage('users/edit', 'Edit your account')
  @UseInterceptors(UnchangedUsernameInterceptor)
  @Redirect('', 303)
  async update(@Req() request: Request, @CurrentUser() principal: Principal, @Body() body: UpdateUserDto) {
    const { id, email, pendingEmailCanonical } = await this.changes.update(request, principal, body);
    this.flashes.add(request, FLASHES.userUpdated);
    const asked = body.email && body.email !== email ? canonicalEmail(body.email) : null;
    if (asked !== null && asked === pendingEmailCanonical)
      this.flashes.add(request, FLASHES.emailChangeRequested);
    return { url: this.base.to(`/users/${id}`) };
  }

  @Put(':id')
  @UseGuards(CorrectUserGuard)
  @FormPage('users/edit', 'Edit your account')
  @UseInterceptors(UnchangedUsernameInterceptor)
  @Redirect('', 303)
  replace(@Req() request: Request, @CurrentUser() principal: Principal, @Body() body: UpdateUserDto) {
    return this.update(request, principal, body);
  }

  @Delete(':id')
  @UseGuards(CorrectUserGuard)
  @FormPage('users/delete', 'Delete your account')
  @Redirect('', 303)
  async remove(@Req() request: Request, @CurrentUser() principal: Principal, @Body() body: DeleteUserDto) {
    await this.changes.remove(request, principal, body.currentPassword);
    this.flashes.add(request, FLASHES.userDeleted);
    return { url: this.base.home };
  }
}
