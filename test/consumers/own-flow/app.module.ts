import { Body, Controller, Get, HttpCode, Module, Post, Req, UnauthorizedException } from '@nestjs/common';
import type { Request } from 'express';
import { AuthService, LatchkeyModule, PasswordBackend, Public, UsersService } from 'latchkey';
import { CompanyHooks, CompanyModule, Newcomers } from './company-hooks';
import { LdapBackend } from './ldap-backend';

/** In place of a provider of OpenID Connect: whoever has this code is the partner. */
const CODE = 'the-code-that-the-provider-has-sent';

@Controller('partner')
class PartnerController {
  constructor(
    private readonly users: UsersService,
    private readonly auth: AuthService,
    private readonly newcomers: Newcomers,
  ) {}

  @Public()
  @Post('callback')
  @HttpCode(204)
  async callback(@Req() request: Request, @Body() { code }: { code?: unknown }) {
    if (code !== CODE) throw new UnauthorizedException();
    await this.auth.logIn(
      request,
      await this.users.provision({ username: 'partner', system: 'partners' }, request),
    );
  }

  @Public()
  @Get('newcomers')
  list() {
    return this.newcomers.names;
  }
}

@Module({
  imports: [
    CompanyModule,
    LatchkeyModule.forRoot({
      session: { secret: process.env.SESSION_SECRET },
      authentication: { backends: [PasswordBackend, LdapBackend] },
      hooks: [CompanyHooks],
      imports: [CompanyModule],
    }),
  ],
  controllers: [PartnerController],
})
export class AppModule {}
