// A feature of an application, which only uses the package's exports.
import {
  Body,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  Param,
  Patch,
  Post,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import type { Request } from 'express';
import {
  Column,
  Entity,
  type MigrationInterface,
  PrimaryGeneratedColumn,
  type QueryRunner,
  type Repository,
  Table,
} from 'typeorm';
import {
  AccessModule,
  AuthModule,
  CorrectUserGuard,
  CurrentUser,
  Database,
  DatabaseModule,
  FlashModule,
  HttpModule,
  LATCHKEY_DATA_SOURCE,
  type Principal,
  Public,
  ResourceIdPipe,
  ResponsesModule,
  SessionsModule,
  type Settings,
  SettingsModule,
  SubmissionsModule,
  TextField,
  UsersModule,
} from '../../src/index';

@Entity('notes')
class Note {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ name: 'owner_id', type: 'integer' })
  ownerId!: number;

  @Column({ type: 'text' })
  text!: string;
}

class CreateNotes1763900000000 implements MigrationInterface {
  name = 'CreateNotes1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'notes',
        columns: [
          {
            name: 'id',
            type: 'integer',
            isPrimary: true,
            isGenerated: true,
            generationStrategy: 'increment',
          },
          { name: 'owner_id', type: 'integer' },
          { name: 'text', type: 'text' },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('notes');
  }
}

class NoteInput {
  @TextField()
  text!: string;
}

/** The owner is not in the path: the guard's ownerId finds it. */
@Injectable()
class NoteOwnerGuard extends CorrectUserGuard {
  constructor(
    reflector: Reflector,
    @InjectRepository(Note, LATCHKEY_DATA_SOURCE) private readonly notes: Repository<Note>,
  ) {
    super(reflector);
  }

  protected override async ownerId(context: ExecutionContext): Promise<number | null> {
    const { id } = context.switchToHttp().getRequest<Request>().params;
    return (await this.notes.findOneBy({ id: Number(id) }))?.ownerId ?? null;
  }
}

@Controller('api/notes')
class NotesController {
  constructor(
    @InjectRepository(Note, LATCHKEY_DATA_SOURCE) private readonly notes: Repository<Note>,
    private readonly database: Database,
  ) {}

  @Get('count')
  @Public()
  async count(): Promise<{ count: number }> {
    return { count: await this.notes.count() };
  }

  @Post()
  async create(
    @CurrentUser() { id: ownerId }: Principal,
    @Body() { text }: NoteInput,
  ): Promise<{ id: number }> {
    const { identifiers } = await this.database.write((manager) => manager.insert(Note, { ownerId, text }));
    return { id: identifiers[0].id as number };
  }

  @Patch(':id')
  @UseGuards(NoteOwnerGuard)
  async update(@Param('id', ResourceIdPipe) id: number, @Body() { text }: NoteInput): Promise<Note | null> {
    await this.database.write((manager) => manager.update(Note, { id }, { text }));
    return this.notes.findOneBy({ id });
  }
}

@Module({ imports: [TypeOrmModule.forFeature([Note], LATCHKEY_DATA_SOURCE)], controllers: [NotesController] })
class NotesModule {}

/** Without `LatchkeyModule`: the modules one by one. */
@Module({})
export class CompanyModule {
  static forRoot(settings: Settings) {
    return {
      module: CompanyModule,
      imports: [
        SettingsModule.forRoot(settings),
        DatabaseModule.forRoot({ migrations: [CreateNotes1763900000000] }),
        SessionsModule,
        SubmissionsModule,
        AccessModule,
        FlashModule,
        ResponsesModule,
        AuthModule,
        UsersModule,
        HttpModule.forRoot(),
        NotesModule,
      ],
    };
  }
}
