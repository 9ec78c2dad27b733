import { RowList } from '../../index';
import type { Message } from './message.entity';

/** A message with its author, as it is shown. */
export type ShownMessage = Pick<Message, 'id' | 'content' | 'createdAt' | 'updatedAt'> & {
  author: { id: number; username: string };
};

interface Row {
  id: number;
  content: string;
  createdAt: number | string;
  updatedAt: number | string;
  userId: number;
  username: string;
}

/** Everyone's messages, newest first. */
export const MESSAGES = new RowList<Row, ShownMessage>({
  columns: {
    id: 'message.id',
    content: 'message.content',
    createdAt: 'message.created_at',
    updatedAt: 'message.updated_at',
    userId: 'message.user_id',
    username: 'author.username',
  },
  from: 'messages message JOIN users author ON author.id = message.user_id',
  order: 'DESC',
  item: ({ id, content, createdAt, updatedAt, userId, username }) => ({
    id,
    content,
    createdAt: Number(createdAt),
    updatedAt: Number(updatedAt),
    author: { id: userId, username },
  }),
});
