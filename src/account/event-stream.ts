import type { Response } from 'express';

/** After which a browser whose stream has closed asks for another. */
const RETRY_MS = 5_000;

/** An answer that goes on: server-sent events (HTML Living Standard, 9.2). Its first bytes leave at once. */
export class EventStream {
  constructor(private readonly response: Response) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Not `no-store`: Chromium keeps no page whole behind the back button whose scripts were answered so.
      'Cache-Control': 'private, no-cache',
      'X-Accel-Buffering': 'no', // nginx would collect events before it passes them on
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
  }

  /** @param data anything that JSON can hold. */
  send(event: string, data: unknown): void {
    this.response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** A comment, so that no proxy takes the connection for a dead one, and a dead one is noticed. */
  beat(): void {
    this.response.write(':\n\n');
  }

  end(): void {
    this.response.end();
  }
}
