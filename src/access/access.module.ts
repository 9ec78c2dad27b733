import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SessionsModule } from '../sessions/sessions.module';
import { AllowedOrigins } from './allowed-origins';
import { CsrfToken, SameOriginMiddleware } from './same-origin.middleware';
import { Permissions } from './permissions';
import { EveryRouteGuard } from './logged-in.guard';

/**
 * Authorization. Importing it closes every route that is not `@Public()`. It is global, so that guards get
 * their dependencies in every module.
 */
@Global()
@Module({
  imports: [SessionsModule],
  providers: [
    AllowedOrigins,
    CsrfToken,
    Permissions,
    SameOriginMiddleware,
    { provide: APP_GUARD, useClass: EveryRouteGuard },
  ],
  exports: [AllowedOrigins, CsrfToken, Permissions, SameOriginMiddleware],
})
export class AccessModule {}
