import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SessionsModule } from '../sessions/sessions.module';
import { CsrfToken } from './csrf-token';
import { LoggedInGuard } from './logged-in.guard';
import { RecentStepUp } from './recent-step-up';
import { SameOriginMiddleware } from './same-origin.middleware';

/**
 * Authorization. Importing it closes every route that is not `@Public()`. It is global, so that guards get
 * their dependencies in every module.
 */
@Global()
@Module({
  imports: [SessionsModule],
  providers: [CsrfToken, RecentStepUp, SameOriginMiddleware, { provide: APP_GUARD, useClass: LoggedInGuard }],
  exports: [CsrfToken, RecentStepUp, SameOriginMiddleware],
})
export class AccessModule {}
