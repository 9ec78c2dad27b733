import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  UseGuards,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  CorrectUserGuard,
  CurrentUser,
  mapPage,
  OwnedBy,
  PageQuery,
  type Principal,
  Public,
  ResourceIdPipe,
  UsersService,
} from '../index';
import { MessageDto, MessageInputDto, MessagePageDto } from './dto/message.dto';
import { MessagesService } from './messages-service';

@ApiTags('messages')
@Controller('api/v1')
@OwnedBy('userId')
export class MessagesApiController {
  constructor(
    private readonly messages: MessagesService,
    private readonly users: UsersService,
  ) {}

  @Get('messages')
  @Public()
  async everyones(@Query() query: PageQuery): Promise<MessagePageDto> {
    return mapPage(await this.messages.list(query), (message) => MessageDto.of(message));
  }

  @Get('users/:userId/messages')
  async ofUser(
    @Param('userId', ResourceIdPipe) userId: number,
    @Query() query: PageQuery,
  ): Promise<MessagePageDto> {
    await this.users.get(userId);
    return mapPage(await this.messages.list(query, userId), (message) => MessageDto.of(message));
  }

  @Get('users/:userId/messages/:messageId')
  async show(
    @Param('userId', ResourceIdPipe) userId: number,
    @Param('messageId', ResourceIdPipe) messageId: number,
  ): Promise<MessageDto> {
    return MessageDto.of(await this.messages.get(userId, messageId));
  }

  @Post('users/:userId/messages')
  @UseGuards(CorrectUserGuard)
  async create(@CurrentUser() { id }: Principal, @Body() { content }: MessageInputDto): Promise<MessageDto> {
    return MessageDto.of(await this.messages.create(id, content));
  }

  @Patch('users/:userId/messages/:messageId')
  @UseGuards(CorrectUserGuard)
  async update(
    @CurrentUser() { id }: Principal,
    @Param('messageId', ResourceIdPipe) messageId: number,
    @Body() { content }: MessageInputDto,
  ): Promise<MessageDto> {
    return MessageDto.of(await this.messages.update(id, messageId, content));
  }

  @Delete('users/:userId/messages/:messageId')
  @HttpCode(204)
  @UseGuards(CorrectUserGuard)
  async remove(
    @CurrentUser() { id }: Principal,
    @Param('messageId', ResourceIdPipe) messageId: number,
  ): Promise<void> {
    await this.messages.remove(id, messageId);
  }
}
