import { Module, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LATCHKEY_DATA_SOURCE } from '../database/data-source-name';
import { SecurityEventsModule } from '../events/bus/security-events.module';
import { ExpiredCounters, ThrottleCounters } from './throttle-counters';
import { CodeOptions } from '../options/code-options';
import { RequestContextMiddleware } from '../database/request-deadline';
import { Throttle } from './throttle';
import { ThrottleCounter } from './throttle-counter.entity';
import { ThrottleStore } from './throttle-store';

/** Throttles password guesses and floods of requests. */
@Module({
  imports: [TypeOrmModule.forFeature([ThrottleCounter], LATCHKEY_DATA_SOURCE), SecurityEventsModule],
  providers: [
    ExpiredCounters,
    RequestContextMiddleware,
    Throttle,
    ThrottleCounters,
    {
      provide: ThrottleStore,
      inject: [ModuleRef, CodeOptions, ThrottleCounters],
      useFactory: (modules: ModuleRef, { throttleStore }: CodeOptions, counters: ThrottleCounters) =>
        throttleStore ? modules.create(throttleStore as Type<ThrottleStore>) : counters,
    },
  ],
  exports: [Throttle],
})
export class ThrottlingModule {}
