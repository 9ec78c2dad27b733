import { Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { EventCapacityMiddleware, SecurityEventBus } from './security-event-bus';

/** Wildcards work: `@OnEvent('session.*')`, and `@OnEvent('**')` for all. */
@Module({
  imports: [EventEmitterModule.forRoot({ wildcard: true })],
  providers: [EventCapacityMiddleware, SecurityEventBus],
  exports: [EventCapacityMiddleware, SecurityEventBus],
})
export class SecurityEventsModule {}
