// What a company may import of `latchkey/metrics`, apart from the rest, which does without prom-client.
export { MetricsModule } from './metrics.module';
