import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { PasswordsModule } from '../../auth/passwords/passwords.module';
import { SecurityEventsModule } from '../bus/security-events.module';
import { ExposedMetrics } from './exposed-metrics';
import { HashingMetrics } from './hashing-metrics';
import { SecurityEventMetrics } from './security-event-metrics';

/** Prometheus metrics at METRICS_PORT. To add your own, inject prom-client's `Registry` by type. */
@Module({
  imports: [PasswordsModule, SecurityEventsModule],
  providers: [
    { provide: Registry, useFactory: () => new Registry() },
    HashingMetrics,
    SecurityEventMetrics,
    ExposedMetrics,
  ],
  exports: [Registry],
})
export class MetricsModule {}
