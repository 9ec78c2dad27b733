import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { BodyMiddleware } from '../body.middleware';
import { MethodOverrideMiddleware } from '../method-override.middleware';
import { LatchkeyPages } from '../latchkey-routes';
import { InputPipe } from '../input.pipe';
import { FlashModule } from '../../flash/flash.module';
import { FormDraftsModule } from '../../flash/drafts/form-drafts.module';
import { SecurityEventsModule } from '../../events/bus/security-events.module';
import { AccessDeniedReporter } from './access-denied-reporter';
import { AnyExceptionFilter } from './exception.filter';
import { RouteGuard } from './route.guard';
import { UnsentFormDrafts } from './unsent-form-drafts';

/** Turns input into DTOs and errors into responses, for the whole application. */
@Module({
  imports: [FlashModule, FormDraftsModule, SecurityEventsModule],
  providers: [
    AccessDeniedReporter,
    BodyMiddleware,
    LatchkeyPages,
    MethodOverrideMiddleware,
    UnsentFormDrafts,
    { provide: APP_PIPE, useClass: InputPipe },
    { provide: APP_FILTER, useClass: AnyExceptionFilter },
    { provide: APP_GUARD, useClass: RouteGuard },
  ],
  exports: [LatchkeyPages],
})
export class ResponsesModule {}
