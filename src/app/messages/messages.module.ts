import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { FlashModule, UsersModule } from '../../index';
import { Message } from './message.entity';
import { MessagesApiController } from './messages-api.controller';
import { MessagesPagesController } from './messages-pages.controller';
import { MessagesOfUser } from './messages-of-user';
import { MessagesService } from './messages-service';

/** The exercise, and what a module of your own looks like: it imports what the package exports and nothing else. */
@Module({
  imports: [TypeOrmModule.forFeature([Message]), FlashModule, UsersModule],
  controllers: [MessagesPagesController, MessagesApiController],
  providers: [MessagesService, MessagesOfUser],
})
export class MessagesModule {}
