import { Injectable } from '@nestjs/common';
import { everyPage, PersonalData } from '../../index';
import { MessageDto } from './dto/message.dto';
import { MessagesService } from './messages-service';

/** A user's messages for the data export, newest first. */
@Injectable()
export class MessagesOfUser extends PersonalData {
  readonly section = 'messages';

  constructor(private readonly messages: MessagesService) {
    super();
  }

  async *pagesOf(userId: number): AsyncGenerator<MessageDto[]> {
    for await (const page of everyPage((query) => this.messages.list(query, userId))) {
      yield page.map((message) => MessageDto.of(message));
    }
  }
}
