import { Controller, Get, Render } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { CurrentUser } from '../access/current-user.decorator';
import type { Principal } from '../access/principal';
import { FLASHES } from '../flash/catalogue';
import { PasswordHasher } from '../auth/passwords/password-hasher';
import { UsersService } from '../users/users-service';

/** Start page of the account section. */
@ApiExcludeController()
@Controller('account')
export class AccountPagesController {
  constructor(
    private readonly users: UsersService,
    private readonly hasher: PasswordHasher,
  ) {}

  @Get()
  @Render('account/account')
  async show(@CurrentUser() { id }: Principal) {
    const { passwordHash } = await this.users.get(id);
    const isReadInPart = !this.hasher.readsAll(passwordHash);
    return { title: 'Your account', passwordNotice: isReadInPart ? FLASHES.passwordReadInPart.text : null };
  }
}
