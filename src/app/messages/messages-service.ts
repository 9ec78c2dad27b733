import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { type EntityManager, Not } from 'typeorm';
import {
  Clock,
  Database,
  type Flash,
  type Page,
  type PageQuery,
  type Principal,
  Settings,
  type User,
  UsersService,
} from '../../index';
import { MESSAGES, type ShownMessage } from './message-list';
import { Message } from './message.entity';

class TooManyMessages extends ConflictException {
  readonly flash: Flash;

  constructor(most: number) {
    const text = `You have ${most} messages, which is the limit. Delete some of them first.`;
    super(text);
    this.flash = { level: 'error', text };
  }
}

/** Inserts a message unless the user has `$4` already. Then it returns no row. */
const INSERT = `WITH stored AS (SELECT count(*) AS messages FROM messages WHERE user_id = CAST($1 AS integer))
  INSERT INTO messages (user_id, content, created_at, updated_at)
  SELECT CAST($1 AS integer), CAST($2 AS text), CAST($3 AS bigint), CAST($3 AS bigint) FROM stored
  WHERE messages < CAST($4 AS integer) RETURNING id`;

/** Reads through a `RowList`, writes through `Database`. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** Newest first, of one user or of all users. */
  list(query: PageQuery, userId?: number): Promise<Page<ShownMessage>> {
    return MESSAGES.page(this.database, query, userId === undefined ? {} : { userId });
  }

  /** @throws NotFoundException if this user has no such message. */
  async get(userId: number, id: number): Promise<ShownMessage> {
    const message = await MESSAGES.find(this.database, { id, userId });
    if (!message) throw new NotFoundException();
    return message;
  }

  /** @throws TooManyMessages, SessionEnded */
  create(principal: Principal, content: string): Promise<ShownMessage> {
    return this.writeFor(principal, async (manager, author) => {
      const most = this.settings.messagesPerUser;
      const userId = author.id;
      const now = this.clock.now();
      const [stored] = await manager.query<{ id: number }[]>(INSERT, [userId, content, now, most]);
      if (!stored) throw new TooManyMessages(most);
      return {
        id: stored.id,
        userId,
        content,
        createdAt: now,
        updatedAt: now,
        author: { id: userId, username: author.username },
      };
    });
  }

  /** Unchanged content does not touch `updatedAt`. @throws NotFoundException, SessionEnded */
  async update(principal: Principal, id: number, content: string): Promise<ShownMessage> {
    await this.writeFor(principal, (manager, { id: userId }) => {
      const unlessEqual = { id, userId, content: Not(content) };
      return manager.update(Message, unlessEqual, { content, updatedAt: this.clock.now() });
    });
    return this.get(principal.id, id);
  }

  /** @throws NotFoundException, SessionEnded */
  async remove(principal: Principal, id: number): Promise<void> {
    const { affected } = await this.writeFor(principal, (manager, { id: userId }) =>
      manager.delete(Message, { id, userId }),
    );
    if (affected !== 1) throw new NotFoundException();
  }

  /** Writes in the transaction that verifies that the author is still logged in. */
  private writeFor<T>(
    principal: Principal,
    statement: (manager: EntityManager, author: User) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(async (manager) =>
      statement(manager, await this.users.hold(principal, manager)),
    );
  }
}
