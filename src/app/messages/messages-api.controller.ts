import {
  applyDecorators,
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
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import {
  ApiProblems,
  CorrectUserGuard,
  CurrentUser,
  FLASHES,
  mapPage,
  OwnedBy,
  PageQuery,
  type Principal,
  Public,
  ResourceIdPipe,
  UsersService,
} from '../../index';
import { MessageDto, MessageInputDto, MessagePageDto } from './dto/message.dto';
import { MessagesService } from './messages-service';

const OfUser = ApiParam({ name: 'userId', type: 'integer', description: 'ID of the author', example: 1 });
const OfMessage = applyDecorators(
  OfUser,
  ApiParam({ name: 'messageId', type: 'integer', description: 'ID of the message', example: 7 }),
);
const Refusals = ApiProblems(401, [403, FLASHES.notAuthorized.text], 404);
const PageRefusals = ApiProblems([422, { limit: ['Use a whole number from 1 to 100.'] }]);
const BodyRefusals = ApiProblems(413, 415, [422, { content: ['This field is required.'] }]);

@ApiTags('messages')
@ApiProblems(400, 503)
@Controller('api/v1')
@OwnedBy('userId')
export class MessagesApiController {
  constructor(
    private readonly messages: MessagesService,
    private readonly users: UsersService,
  ) {}

  @Get('messages')
  @Public()
  @ApiOperation({ summary: "List everyone's messages", description: 'Newest first.' })
  @ApiOkResponse({ type: MessagePageDto, description: 'A page of the list' })
  @PageRefusals
  async everyones(@Query() query: PageQuery): Promise<MessagePageDto> {
    return mapPage(await this.messages.list(query), (message) => MessageDto.of(message));
  }

  @Get('users/:userId/messages')
  @ApiOperation({ summary: "List a user's messages", description: 'Newest first.' })
  @OfUser
  @ApiOkResponse({ type: MessagePageDto, description: 'A page of the list' })
  @ApiProblems(401, 404)
  @PageRefusals
  async ofUser(
    @Param('userId', ResourceIdPipe) userId: number,
    @Query() query: PageQuery,
  ): Promise<MessagePageDto> {
    const page = await this.messages.list(query, userId);
    if (page.items.length === 0) await this.users.get(userId); // 404 if there is no such user
    return mapPage(page, (message) => MessageDto.of(message));
  }

  @Get('users/:userId/messages/:messageId')
  @ApiOperation({ summary: 'Show a message' })
  @OfMessage
  @ApiOkResponse({ type: MessageDto, description: 'The message' })
  @ApiProblems(401, 404)
  async show(
    @Param('userId', ResourceIdPipe) userId: number,
    @Param('messageId', ResourceIdPipe) messageId: number,
  ): Promise<MessageDto> {
    return MessageDto.of(await this.messages.get(userId, messageId));
  }

  @Post('users/:userId/messages')
  @UseGuards(CorrectUserGuard)
  @ApiOperation({ summary: 'Write a message' })
  @OfUser
  @ApiCreatedResponse({ type: MessageDto, description: 'The new message' })
  @ApiProblems([409, 'You have 10000 messages, which is the limit. Delete some of them first.'])
  @Refusals
  @BodyRefusals
  async create(
    @CurrentUser() principal: Principal,
    @Body() { content }: MessageInputDto,
  ): Promise<MessageDto> {
    return MessageDto.of(await this.messages.create(principal, content));
  }

  @Patch('users/:userId/messages/:messageId')
  @UseGuards(CorrectUserGuard)
  @ApiOperation({ summary: 'Change a message' })
  @OfMessage
  @ApiOkResponse({ type: MessageDto, description: 'The message as it is now' })
  @Refusals
  @BodyRefusals
  async update(
    @CurrentUser() principal: Principal,
    @Param('messageId', ResourceIdPipe) messageId: number,
    @Body() { content }: MessageInputDto,
  ): Promise<MessageDto> {
    return MessageDto.of(await this.messages.update(principal, messageId, content));
  }

  @Delete('users/:userId/messages/:messageId')
  @HttpCode(204)
  @UseGuards(CorrectUserGuard)
  @ApiOperation({ summary: 'Delete a message' })
  @OfMessage
  @ApiNoContentResponse({ description: 'Deleted' })
  @Refusals
  async remove(
    @CurrentUser() principal: Principal,
    @Param('messageId', ResourceIdPipe) messageId: number,
  ): Promise<void> {
    await this.messages.remove(principal, messageId);
  }
}
