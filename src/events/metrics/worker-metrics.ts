import type { Server } from 'node:http';
import { AggregatorRegistry } from 'prom-client';
import type { Settings } from '../../options/settings';
import { serveMetrics } from './metrics-server';

/** Serves the aggregated metrics of all workers from the primary process. */
export function serveWorkerMetrics(settings: Settings): Promise<Server> {
  const all = new AggregatorRegistry();
  return serveMetrics(settings, { contentType: all.contentType, text: () => all.clusterMetrics() });
}
