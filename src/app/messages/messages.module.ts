import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { FlashModule, LATCHKEY_DATA_SOURCE, UsersModule } from '../../index';
import { Message } from './message.entity';
import { MessagesApiController } from './messages-api.controller';
import { MessagesPagesController } from './messages-pages.controller';
import { MessagesOfUser } from './messages-of-user';
import { MessagesService } from './messages-service';

/** The chapter's exercise and an example of your own module: it imports only the package's public API. */
@Module({
  imports: [TypeOrmModule.forFeature([Message], LATCHKEY_DATA_SOURCE), FlashModule, UsersModule],
  controllers: [MessagesPagesController, MessagesApiController],
  providers: [MessagesService, MessagesOfUser],
})
export class MessagesModule {}
