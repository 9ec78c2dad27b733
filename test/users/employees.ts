// Users of an application, with columns of its own.
import { Controller, Get, Module } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { Column, Entity, type MigrationInterface, type QueryRunner } from 'typeorm';
import {
  CurrentUser,
  LatchkeyModule,
  type Principal,
  type Settings,
  SignupDto,
  User,
  type UserOptions,
} from '../../src/index';

@Entity('users')
export class Employee extends User {
  @Column({ type: 'varchar', length: 40, default: '' })
  department!: string;

  @Column({ type: 'varchar', length: 10, nullable: true })
  badgeNumber!: string | null;

  @Column({ name: 'order', type: 'integer', default: 7 })
  rank!: number;

  @Column({ type: 'varchar', length: 8, default: '0000', select: false })
  pin!: string;

  get title(): string {
    return `${this.username} of ${this.department}`;
  }
}

export class EmployeeSignup extends SignupDto {
  @ApiProperty({ title: 'Your department' })
  @IsString()
  department!: string;

  @IsOptional()
  @IsString()
  badgeNumber?: string;
}

class AddEmployees1790000000000 implements MigrationInterface {
  name = 'AddEmployees1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of [
      "department varchar(40) NOT NULL DEFAULT ''",
      '"badgeNumber" varchar(10)',
      '"order" integer NOT NULL DEFAULT 7',
      "pin varchar(8) NOT NULL DEFAULT '0000'",
    ])
      await runner.query(`ALTER TABLE users ADD COLUMN ${column}`);
    await runner.query('CREATE UNIQUE INDEX uq_users_badge ON users ("badgeNumber")');
  }

  async down(): Promise<void> {}
}

@Controller('desk')
class DeskController {
  @Get()
  desk(@CurrentUser() principal: Principal): Principal {
    return principal;
  }
}

export const employees = (users: UserOptions) => {
  @Module({ controllers: [DeskController] })
  class Company {}
  return (settings: Settings) => ({
    module: Company,
    imports: [LatchkeyModule.fromEnvironment({ settings, users, migrations: [AddEmployees1790000000000] })],
  });
};
