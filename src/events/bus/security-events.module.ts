import { Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { EventRoomMiddleware } from './event-room.middleware';
import { SecurityEventBus } from './security-event-bus';

/** Wildcards work: `@OnEvent('session.*')`, and `@OnEvent('**')` for all. */
@Module({
  imports: [EventEmitterModule.forRoot({ wildcard: true })],
  providers: [EventRoomMiddleware, SecurityEventBus],
  exports: [EventRoomMiddleware, SecurityEventBus],
})
export class SecurityEventsModule {}
