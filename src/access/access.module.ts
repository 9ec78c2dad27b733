import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SessionsModule } from '../sessions/sessions.module';
import { CsrfToken } from './csrf-token';
import { LoggedInGuard } from './logged-in.guard';
import { RecentStepUp } from './recent-step-up';
import { SameOriginMiddleware } from './same-origin.middleware';

/**
 * Who may do what. Importing it closes every route of the application that is not `@Public()`. Guards find
 * what they need in any module that names them.
 */
@Global()
@Module({
  imports: [SessionsModule],
  providers: [CsrfToken, RecentStepUp, SameOriginMiddleware, { provide: APP_GUARD, useClass: LoggedInGuard }],
  exports: [CsrfToken, RecentStepUp, SameOriginMiddleware],
})
export class AccessModule {}
