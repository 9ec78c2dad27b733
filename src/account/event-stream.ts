import type { ServerResponse } from 'node:http';

/** How long a browser waits before it reconnects. */
const RETRY_MS = 5_000;

/** A stream of server-sent events (HTML Living Standard, 9.2). It sends its first bytes immediately. */
export class EventStream {
  constructor(private readonly response: ServerResponse) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Not `no-store`: Chromium keeps no page with such a response in its back/forward cache.
      'Cache-Control': 'private, no-cache',
      'X-Accel-Buffering': 'no', // else nginx buffers events
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
  }

  /** @param data any JSON-serializable value. */
  send(event: string, data: unknown): void {
    this.response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Sends a comment: proxies keep the connection open, and a dead one is detected. */
  beat(): void {
    this.response.write(':\n\n');
  }

  end(): void {
    this.response.end();
  }
}
