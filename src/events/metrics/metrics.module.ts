import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { PasswordsModule } from '../../auth/passwords/passwords.module';
import { ExposedMetrics } from './exposed-metrics';
import { HashingMetrics } from './hashing-metrics';
import { SecurityEventMetrics } from './security-event-metrics';

/** Metrics for Prometheus at METRICS_PORT. Register your own with the `Registry` of prom-client, injected by its type. */
@Module({
  imports: [PasswordsModule],
  providers: [
    { provide: Registry, useFactory: () => new Registry() },
    HashingMetrics,
    SecurityEventMetrics,
    ExposedMetrics,
  ],
  exports: [Registry],
})
export class MetricsModule {}
