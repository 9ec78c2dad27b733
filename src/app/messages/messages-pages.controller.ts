import {
  Body,
  Controller,
  Delete,
  Get,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Redirect,
  Render,
  Req,
  UseGuards,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import {
  BasePath,
  CorrectUserGuard,
  CurrentUser,
  FLASHES,
  FlashService,
  form,
  FormPage,
  OwnedBy,
  PageQuery,
  type Principal,
  Public,
  ResourceIdPipe,
  UsersService,
} from '../../index';
import { MessageInputDto } from './dto/message.dto';
import type { ShownMessage } from './message-list';
import { MessagesService } from './messages-service';

@ApiExcludeController()
@Controller()
@OwnedBy('userId')
export class MessagesPagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly users: UsersService,
    private readonly flashes: FlashService,
    private readonly base: BasePath,
  ) {}

  @Get('messages')
  @Public()
  @Render('messages/list')
  async everyones(@Query() query: PageQuery, @CurrentUser() principal: Principal | null) {
    const { items, nextCursor } = await this.messages.list(query);
    return {
      title: 'Messages',
      messages: items.map((message) => shown(message, principal)),
      nextCursor,
      first: query.after === undefined,
      newMessageUrl: principal && this.base.to(`/users/${principal.id}/messages/new`),
    };
  }

  @Get('users/:userId/messages')
  @Render('messages/of-user')
  async ofUser(
    @Param('userId', ResourceIdPipe) userId: number,
    @Query() query: PageQuery,
    @CurrentUser() principal: Principal,
  ) {
    const { items, nextCursor } = await this.messages.list(query, userId);
    const { id, username } = items[0]?.author ?? (await this.users.get(userId));
    return {
      title: id === principal.id ? 'Your messages' : `Messages by ${username}`,
      user: { id, username },
      messages: items.map((message) => shown(message, principal)),
      own: id === principal.id,
      nextCursor,
      first: query.after === undefined,
    };
  }

  @Get('users/:userId/messages/new')
  @UseGuards(CorrectUserGuard)
  @Render('messages/new')
  newForm(@CurrentUser() { id }: Principal) {
    return { title: 'Write a message', userId: id, form: form() };
  }

  @Get('users/:userId/messages/:messageId')
  @Render('messages/show')
  async show(
    @Param('userId', ResourceIdPipe) userId: number,
    @Param('messageId', ResourceIdPipe) messageId: number,
    @CurrentUser() principal: Principal,
  ) {
    const message = await this.messages.get(userId, messageId);
    return {
      title: `Message by ${message.author.username}`,
      message: shown(message, principal),
      own: userId === principal.id,
    };
  }

  @Post('users/:userId/messages')
  @UseGuards(CorrectUserGuard)
  @FormPage('messages/new', 'Write a message')
  @Redirect('', 303)
  async create(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Body() { content }: MessageInputDto,
  ) {
    await this.messages.create(principal, content);
    this.flashes.add(request, FLASHES.messageCreated);
    return { url: this.base.to(`/users/${principal.id}/messages`) };
  }

  @Get('users/:userId/messages/:messageId/edit')
  @UseGuards(CorrectUserGuard)
  @Render('messages/edit')
  async editForm(@CurrentUser() { id }: Principal, @Param('messageId', ResourceIdPipe) messageId: number) {
    const { content } = await this.messages.get(id, messageId);
    return { title: 'Edit your message', userId: id, messageId, form: form({ content }) };
  }

  @Patch('users/:userId/messages/:messageId')
  @UseGuards(CorrectUserGuard)
  @FormPage('messages/edit', 'Edit your message')
  @Redirect('', 303)
  async update(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Param('messageId', ResourceIdPipe) messageId: number,
    @Body() { content }: MessageInputDto,
  ) {
    await this.messages.update(principal, messageId, content);
    this.flashes.add(request, FLASHES.messageUpdated);
    return { url: this.base.to(`/users/${principal.id}/messages/${messageId}`) };
  }

  @Put('users/:userId/messages/:messageId')
  @UseGuards(CorrectUserGuard)
  @FormPage('messages/edit', 'Edit your message')
  @Redirect('', 303)
  replace(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Param('messageId', ResourceIdPipe) messageId: number,
    @Body() body: MessageInputDto,
  ) {
    return this.update(request, principal, messageId, body);
  }

  @Delete('users/:userId/messages/:messageId')
  @UseGuards(CorrectUserGuard)
  @Redirect('', 303)
  async remove(
    @Req() request: Request,
    @CurrentUser() principal: Principal,
    @Param('messageId', ResourceIdPipe) messageId: number,
  ) {
    await this.messages.remove(principal, messageId);
    this.flashes.add(request, FLASHES.messageDeleted);
    return { url: this.base.to(`/users/${principal.id}/messages`) };
  }
}

function shown(message: ShownMessage, viewer: Principal | null) {
  return { ...message, own: message.author.id === viewer?.id };
}
