import { Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { SecurityEventBus } from './security-event-bus';

/** Wildcards work: `@OnEvent('session.*')`, and `@OnEvent('**')` for all. */
@Module({
  imports: [EventEmitterModule.forRoot({ wildcard: true })],
  providers: [SecurityEventBus],
  exports: [SecurityEventBus],
})
export class SecurityEventsModule {}
