import { ForbiddenException, Injectable, Module } from '@nestjs/common';
import { AfterSignUp, BeforeLogIn, BeforeSignUp, type HookEvents, InvalidInput } from 'latchkey';

@Injectable()
export class Newcomers {
  readonly names: string[] = [];
}

@Module({ providers: [Newcomers], exports: [Newcomers] })
export class CompanyModule {}

@Injectable()
export class CompanyHooks {
  constructor(private readonly newcomers: Newcomers) {}

  @BeforeSignUp()
  refuseStaffNames({ user }: HookEvents['BeforeSignUp']) {
    if (user.username.startsWith('staff-'))
      throw new InvalidInput({ username: ['This name is for our staff.'] });
  }

  @AfterSignUp()
  welcome({ user }: HookEvents['AfterSignUp']) {
    this.newcomers.names.push(user.username);
  }

  @BeforeLogIn()
  refuseLeavers({ user }: HookEvents['BeforeLogIn']) {
    if (user.username === 'leaver') throw new ForbiddenException('Your contract has ended.');
  }
}
