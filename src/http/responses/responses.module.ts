import { type ExceptionFilter, Module, type PipeTransform } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { BodyMiddleware } from '../body.middleware';
import { MethodOverrideMiddleware } from '../method-override.middleware';
import { Reach } from '../../options/reach';
import { LatchkeyPages } from '../latchkey-routes';
import { InputPipe } from '../input.pipe';
import { FlashModule } from '../../flash/flash.module';
import { FormDraftsModule } from '../../flash/drafts/form-drafts.module';
import { SecurityEventsModule } from '../../events/bus/security-events.module';
import { AccessDeniedReporter } from './access-denied-reporter';
import { AnyExceptionFilter } from './exception.filter';
import { LatchkeyErrorsFilter } from './latchkey-errors.filter';
import { RouteGuard } from './route.guard';
import { UnsentFormDrafts } from './unsent-form-drafts';

const UNCHANGED: PipeTransform = { transform: (value: unknown) => value };

/** Turns input into DTOs and errors into responses: of the whole application, or of Latchkey's own (`Reach`). */
@Module({
  imports: [FlashModule, FormDraftsModule, SecurityEventsModule],
  providers: [
    AccessDeniedReporter,
    BodyMiddleware,
    LatchkeyPages,
    MethodOverrideMiddleware,
    UnsentFormDrafts,
    AnyExceptionFilter,
    {
      provide: APP_PIPE,
      inject: [Reach],
      useFactory: ({ errors }: Reach): PipeTransform => (errors === 'global' ? new InputPipe() : UNCHANGED),
    },
    {
      provide: APP_FILTER,
      inject: [Reach, AnyExceptionFilter],
      useFactory: ({ errors }: Reach, filter: AnyExceptionFilter): ExceptionFilter =>
        errors === 'global' ? filter : new LatchkeyErrorsFilter(filter),
    },
    { provide: APP_GUARD, useClass: RouteGuard },
  ],
  exports: [LatchkeyPages],
})
export class ResponsesModule {}
