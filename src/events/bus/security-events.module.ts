import { Module } from '@nestjs/common';
import { EventCapacityMiddleware, SecurityEventBus } from './security-event-bus';

/** To publish events of your own or to hear all, import this module and inject `SecurityEventBus`. */
@Module({
  providers: [EventCapacityMiddleware, SecurityEventBus],
  exports: [EventCapacityMiddleware, SecurityEventBus],
})
export class SecurityEventsModule {}
