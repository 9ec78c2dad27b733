import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  CorrectUserGuard,
  CurrentUser,
  LatchkeyModule,
  OwnedBy,
  type Principal,
  useLatchkeyViews,
} from 'latchkey';

@Controller('users/:userId/invoices')
@UseGuards(CorrectUserGuard)
@OwnedBy('userId')
class InvoicesController {
  @Get()
  list(@CurrentUser() user: Principal) {
    return { for: user.username };
  }
}

@Module({
  imports: [LatchkeyModule.forRootAsync({ useFactory: () => ({ session: { idleTimeout: '30m' } }) })],
  controllers: [InvoicesController],
})
export class AppModule {}

/** Of main.ts too. */
export const setUp = (app: NestExpressApplication) => useLatchkeyViews(app);
