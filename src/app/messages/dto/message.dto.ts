import { ApiProperty } from '@nestjs/swagger';
import { MultilineField } from '../../../index';
import type { ShownMessage } from '../message-list';

const LONGEST = 2_000;

const objections = (text: string): string[] =>
  Array.from(text).length > LONGEST ? [`Use at most ${LONGEST} characters.`] : [];

/** For creating and updating a message. */
export class MessageInputDto {
  @ApiProperty({ example: 'Hello from the other side of the log-in.', maxLength: LONGEST })
  @MultilineField(objections, LONGEST)
  content!: string;
}

export class AuthorDto {
  @ApiProperty({ type: 'integer', example: 1 })
  id!: number;

  @ApiProperty({ example: 'ada' })
  username!: string;
}

export class MessageDto {
  @ApiProperty({ type: 'integer', example: 7 })
  id!: number;

  @ApiProperty({ example: 'Hello from the other side of the log-in.' })
  content!: string;

  @ApiProperty({ type: AuthorDto })
  author!: AuthorDto;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:30:00.000Z' })
  updatedAt!: string;

  static of({ id, content, author, createdAt, updatedAt }: ShownMessage): MessageDto {
    return {
      id,
      content,
      author: { id: author.id, username: author.username },
      createdAt: new Date(createdAt).toISOString(),
      updatedAt: new Date(updatedAt).toISOString(),
    };
  }
}

export class MessagePageDto {
  @ApiProperty({ type: [MessageDto] })
  items!: MessageDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Nw',
    description: 'For `?cursor=`; null on the last page',
  })
  nextCursor!: string | null;
}
