// Public API of `latchkey/metrics`. Separate, so that the main entry point does not require prom-client.
export { MetricsModule } from './metrics.module';
