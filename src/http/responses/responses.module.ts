import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { InputPipe } from '../input.pipe';
import { FlashModule } from '../../flash/flash.module';
import { KeptFormsModule } from '../../flash/drafts/kept-forms.module';
import { SecurityEventsModule } from '../../events/bus/security-events.module';
import { Denials } from './denials';
import { AnyExceptionFilter } from './exception.filter';
import { FormPageGuard } from './form-page.guard';
import { UnsentForms } from './unsent-forms';

/** Turns input into DTOs and errors into answers, for the whole application. */
@Module({
  imports: [FlashModule, KeptFormsModule, SecurityEventsModule],
  providers: [
    Denials,
    UnsentForms,
    { provide: APP_PIPE, useClass: InputPipe },
    { provide: APP_FILTER, useClass: AnyExceptionFilter },
    { provide: APP_GUARD, useClass: FormPageGuard },
  ],
})
export class ResponsesModule {}
