import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Settings } from '../../options/settings';

export interface Metrics {
  contentType: string;
  /** In the text format of Prometheus, as they are now. */
  text(): Promise<string>;
}

/**
 * Answers `GET /metrics` and nothing else, at an address of its own: how busy an application is, and with what, is for
 * whoever runs it (ASVS 5.0: 13.4.5).
 * @throws Error when the address is not to be had.
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
      () => response.writeHead(503).end(), // a worker did not tell its own in time
    );
  });
  server.listen(metricsPort, metricsHost);
  await once(server, 'listening');
  return server;
}
