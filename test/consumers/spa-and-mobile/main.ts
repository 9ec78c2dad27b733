import { Body, Controller, Get, Module, Post, Req, UnauthorizedException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Request } from 'express';
import {
  AuthService,
  BearerSessions,
  CurrentUser,
  LatchkeyModule,
  type Principal,
  Public,
  UsersService,
} from 'latchkey';

interface Invoice {
  total: number;
  owner: string;
}

@Controller('invoices')
class InvoicesController {
  private readonly invoices: Invoice[] = [];

  @Get()
  list(@CurrentUser() user: Principal): Invoice[] {
    return this.invoices.filter(({ owner }) => owner === user.username);
  }

  @Post()
  create(@CurrentUser() user: Principal, @Body() { total }: { total: number }): Invoice {
    const invoice = { total, owner: user.username };
    this.invoices.push(invoice);
    return invoice;
  }
}

/** A log-in of the company's own, such as by OIDC, that gives a bearer session. */
@Controller('company-login')
class CompanyLoginController {
  constructor(
    private readonly auth: AuthService,
    private readonly bearer: BearerSessions,
    private readonly users: UsersService,
  ) {}

  @Post()
  @Public()
  async logIn(@Req() request: Request, @Body() { ticket }: { ticket: string }) {
    const user = await this.users.findByUsername(ticket);
    if (!user) throw new UnauthorizedException();
    this.bearer.begin(request);
    await this.auth.logIn(request, user);
    return { sessionId: this.bearer.idOf(request) };
  }
}

@Module({
  imports: [
    LatchkeyModule.forRoot({
      session: { secret: process.env.SESSION_SECRET },
      origins: ['http://localhost:5173'],
      bearer: true,
    }),
  ],
  controllers: [InvoicesController, CompanyLoginController],
})
class AppModule {}

void NestFactory.create(AppModule).then((app) => app.listen(process.env.PORT ?? 3000));
