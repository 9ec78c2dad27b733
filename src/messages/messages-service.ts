import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Not, type Repository } from 'typeorm';
import {
  Clock,
  Database,
  isForeignKeyViolation,
  type Page,
  type PageQuery,
  pageOf,
  Settings,
  UsersService,
  touchesNoCopies,
} from '../index';
import { TooManyMessages } from './too-many-messages';
import { Message } from './message.entity';

/** What users write. Reads go by the repository, writes through `Database`. */
@Injectable()
export class MessagesService {
  constructor(
    @InjectRepository(Message) private readonly messages: Repository<Message>,
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** Newest first, of everyone or of one user. */
  async list({ limit, after }: PageQuery, userId?: number): Promise<Page<Message>> {
    const rows = await this.messages.find({
      where: { ...(userId !== undefined && { userId }), ...(after !== undefined && { id: LessThan(after) }) },
      relations: { author: true },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return pageOf(rows, limit);
  }

  /** @throws NotFoundException when this user has no such message. */
  async get(userId: number, id: number): Promise<Message> {
    const message = await this.messages.findOne({ where: { id, userId }, relations: { author: true } });
    if (!message) throw new NotFoundException();
    return message;
  }

  /** @throws TooManyMessages */
  async create(userId: number, content: string): Promise<Message> {
    const most = this.settings.messagesPerUser;
    if ((await this.messages.countBy({ userId })) >= most) throw new TooManyMessages(most);
    const author = await this.users.get(userId);
    const now = this.clock.now();
    const row = { userId, content, createdAt: now, updatedAt: now };
    const { identifiers } = await unlessAuthorIsGone(
      this.database.write((manager) => manager.insert(Message, row), touchesNoCopies),
    );
    return { ...row, id: identifiers[0].id as number, author };
  }

  /** A text that is saved unchanged leaves the message as it is. @throws NotFoundException */
  async update(userId: number, id: number, content: string): Promise<Message> {
    const unlessEqual = { id, userId, content: Not(content) };
    await this.database.write(
      (manager) => manager.update(Message, unlessEqual, { content, updatedAt: this.clock.now() }),
      touchesNoCopies,
    );
    return this.get(userId, id);
  }

  /** @throws NotFoundException */
  async remove(userId: number, id: number): Promise<void> {
    const { affected } = await this.database.write(
      (manager) => manager.delete(Message, { id, userId }),
      touchesNoCopies,
    );
    if (affected !== 1) throw new NotFoundException();
  }
}

/** The account may be deleted between being looked up and being written for. */
async function unlessAuthorIsGone<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (isForeignKeyViolation(error)) throw new NotFoundException();
    throw error;
  }
}
