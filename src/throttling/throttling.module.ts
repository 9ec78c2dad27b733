import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SecurityEventsModule } from '../events/bus/security-events.module';
import { ExpiredCounters, ThrottleCounters } from './throttle-counters';
import { RequestContextMiddleware } from '../database/request-deadline';
import { Throttle } from './throttle';
import { ThrottleCounter } from './throttle-counter.entity';

/** Throttles password guesses and floods of requests. */
@Module({
  imports: [TypeOrmModule.forFeature([ThrottleCounter]), SecurityEventsModule],
  providers: [ExpiredCounters, RequestContextMiddleware, Throttle, ThrottleCounters],
  exports: [Throttle],
})
export class ThrottlingModule {}
