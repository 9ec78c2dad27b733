import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { CurrentUser, LatchkeyModule, type Principal, Public } from 'latchkey';

interface Invoice {
  total: number;
  owner: string;
}

@Controller('invoices')
class InvoicesController {
  private readonly invoices: Invoice[] = [];

  @Get()
  list(@CurrentUser() user: Principal) {
    return { for: user.username, invoices: this.invoices };
  }

  @Post()
  create(@CurrentUser() user: Principal, @Body() { total }: { total: number }): Invoice {
    const invoice = { total, owner: user.username };
    this.invoices.push(invoice);
    return invoice;
  }
}

@Controller('prices')
class PricesController {
  @Get()
  @Public()
  list() {
    return [100, 200];
  }
}

@Module({
  imports: [LatchkeyModule.forRoot({ session: { secret: process.env.SESSION_SECRET } })],
  controllers: [InvoicesController, PricesController],
})
export class AppModule {}
