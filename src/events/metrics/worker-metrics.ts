import type { Server } from 'node:http';
import { AggregatorRegistry } from 'prom-client';
import type { Settings } from '../../options/settings';
import { serveMetrics } from './metrics-server';

/** In the process above its workers: the metrics of all of them, added up where that makes sense. */
export function serveWorkerMetrics(settings: Settings): Promise<Server> {
  const all = new AggregatorRegistry();
  return serveMetrics(settings, { contentType: all.contentType, text: () => all.clusterMetrics() });
}
