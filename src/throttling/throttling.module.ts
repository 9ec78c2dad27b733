import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LATCHKEY_DATA_SOURCE } from '../database/data-source-name';
import { SecurityEventsModule } from '../events/bus/security-events.module';
import { ExpiredCounters, ThrottleCounters } from './throttle-counters';
import { RequestContextMiddleware } from '../database/request-deadline';
import { Throttle } from './throttle';
import { ThrottleCounter } from './throttle-counter.entity';

/** Throttles password guesses and floods of requests. */
@Module({
  imports: [TypeOrmModule.forFeature([ThrottleCounter], LATCHKEY_DATA_SOURCE), SecurityEventsModule],
  providers: [ExpiredCounters, RequestContextMiddleware, Throttle, ThrottleCounters],
  exports: [Throttle],
})
export class ThrottlingModule {}
