import { NestFactory } from '@nestjs/core';
import { Allow, IsString } from 'class-validator';
import { Column, Entity } from 'typeorm';
import { LatchkeyModule, SettingsError, SignupDto, User, type UserOptions } from '../../src/index';
import { Employee, EmployeeSignup } from './employees';

class Unmapped extends User {}

@Entity('users')
class Promoted extends User {
  @Column({ name: 'Role', type: 'varchar' })
  position!: string;
}

class Salary extends SignupDto {
  @IsString()
  salary!: string;
}

class Admin extends SignupDto {
  @Allow()
  role!: string;
}

class Numbered extends EmployeeSignup {
  @Allow()
  id!: number;
}

describe('The options of users', () => {
  function problemsOf(start: () => unknown): string[] {
    try {
      start();
      return [];
    } catch (error) {
      if (error instanceof SettingsError) return error.problems;
      throw error;
    }
  }

  it.each([
    ['users.signUp needs users.entity, which stores its fields', { signUp: EmployeeSignup }],
    ['users.entity may be a class that extends User', { entity: Date }],
    ['users.entity may be a class that extends User', { entity: User }],
    ['users.entity may be a class that extends User', { entity: 'employees' }],
    ["users.entity: Unmapped needs the decorator @Entity('users')", { entity: Unmapped }],
    ['users.entity: "position" is a column of Latchkey', { entity: Promoted }],
    ['users.signUp may be a class that extends SignupDto', { entity: Employee, signUp: Employee }],
    ['users.signUp: Employee has no column for "salary"', { entity: Employee, signUp: Salary }],
    [
      'users.signUp: "role" is a column of Latchkey, which a sign-up may not set',
      { entity: Employee, signUp: Admin },
    ],
    [
      'users.signUp: "id" is a column of Latchkey, which a sign-up may not set',
      { entity: Employee, signUp: Numbered },
    ],
    ['users.principal may be a function', { principal: {} }],
    ['users.enttiy is not an option', { enttiy: Employee }],
  ])('name what is wrong: %s', (problem, users: object) => {
    expect(problemsOf(() => LatchkeyModule.forRoot({ users }))).toEqual([problem]);
  });

  it('are taken together with the settings of users', () => {
    const users = { entity: Employee, signUp: EmployeeSignup, principal: () => ({}), emailRequired: true };
    expect(problemsOf(() => LatchkeyModule.forRoot({ users }))).toEqual([]);
    expect(problemsOf(() => LatchkeyModule.forRoot({ users: 'many' as never }))).toEqual([
      'users may be an object of options',
    ]);
  });

  it('stand beside useFactory, and the settings inside', async () => {
    const beside = { useFactory: () => ({}), users: { emailRequired: true } as UserOptions };
    expect(problemsOf(() => LatchkeyModule.forRootAsync(beside))).toEqual([
      'users.emailRequired is not an option here',
    ]);
    const late = () => ({ users: { entity: Employee } });
    const root = LatchkeyModule.forRootAsync({ useFactory: late as () => object });
    const start = NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
    await expect(start).rejects.toThrow('users.entity belongs beside useFactory');
  });
});
