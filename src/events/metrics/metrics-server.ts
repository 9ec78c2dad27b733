import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Settings } from '../../options/settings';

export interface Metrics {
  contentType: string;
  /** The current values in Prometheus text format. */
  text(): Promise<string>;
}

/**
 * Serves only `GET /metrics`, on a separate port, because the load is for operators only (ASVS 5.0: 13.4.5).
 * @throws Error if the port is in use or not available.
 */
export async function serveMetrics(
  { metricsPort, metricsHost }: Settings,
  metrics: Metrics,
): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text),
      () => response.writeHead(503).end(), // a worker did not report in time
    );
  });
  server.listen(metricsPort, metricsHost);
  await once(server, 'listening');
  return server;
}
