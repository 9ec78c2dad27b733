import { Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { CurrentUser, LatchkeyModule, type Principal, SignupDto, User, UserStore } from 'latchkey';
import { Column, Entity, type MigrationInterface, type QueryRunner } from 'typeorm';

@Entity('users')
export class Employee extends User {
  @Column({ type: 'varchar', length: 40 }) department!: string;
  @Column({ type: 'varchar', length: 10, nullable: true, unique: true }) badge!: string | null;
}

class EmployeeSignup extends SignupDto {
  @ApiProperty({ title: 'Your department', enum: ['Sales', 'Research'] })
  @IsIn(['Sales', 'Research'])
  department!: string;

  @ApiProperty({ description: 'The number on your card' })
  @IsOptional()
  @IsString()
  @MaxLength(10)
  badge?: string;
}

declare module 'latchkey' {
  interface PrincipalFields {
    department: string;
  }
}

class AddEmployees1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE users ADD COLUMN department varchar(40) NOT NULL DEFAULT ''");
    await runner.query('ALTER TABLE users ADD COLUMN badge varchar(10)');
    await runner.query('CREATE UNIQUE INDEX uq_users_badge ON users (badge)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX uq_users_badge');
    await runner.query('ALTER TABLE users DROP COLUMN badge');
    await runner.query('ALTER TABLE users DROP COLUMN department');
  }
}

@Controller('desk')
class DeskController {
  constructor(private readonly users: UserStore<Employee>) {}

  @Get()
  desk(@CurrentUser() { username, department }: Principal) {
    return { username, department: department.toUpperCase() };
  }

  @Post()
  @HttpCode(204)
  async move(@CurrentUser() user: Principal): Promise<void> {
    await this.users.update(user, { department: 'Research' });
  }
}

@Module({
  imports: [
    LatchkeyModule.forRootAsync({
      useFactory: () => ({ session: { secret: process.env.SESSION_SECRET } }),
      migrations: [AddEmployees1790000000000],
      users: {
        entity: Employee,
        signUp: EmployeeSignup,
        principal: (user: Employee) => ({ department: user.department }),
      },
    }),
  ],
  controllers: [DeskController],
})
export class AppModule {}
