import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

interface Exchange {
  method: string;
  path: string;
  status: number;
  /** Whether it has a Retry-After. */
  isPutOff: boolean;
}

interface Detours {
  /** Requests that are blocked before the application. */
  closed?: (method: string, url: string) => boolean;
  /** Statuses that arrive as others. */
  disguised?: Record<number, number>;
}

/** Records requests and responses of a server from now on: a scanner that never logged in would find nothing either. */
export class Traffic {
  private readonly exchanges: Exchange[] = [];

  constructor(server: Server, { closed = () => false, disguised = {} }: Detours = {}) {
    const listeners = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { method = '', url = '' } = request;
      if (closed(method, url)) return response.writeHead(404).end();
      response.once('close', () => {
        const [path] = url.split('?', 1);
        this.exchanges.push({ method, path, status, isPutOff: response.hasHeader('retry-after') });
      });
      let status = 0;
      const { writeHead } = response;
      response.writeHead = (code: number, ...rest: []) => {
        status = code;
        return writeHead.call(response, disguised[code] ?? code, ...rest);
      };
      for (const listener of listeners) listener.call(server, request, response);
    });
  }

  /** How often each status was answered, to requests of which `path` is the beginning. */
  statuses(path = ''): Record<number, number> {
    const counts: Record<number, number> = {};
    for (const { status } of this.exchanges.filter((exchange) => exchange.path.startsWith(path)))
      counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  /**
   * A 503 that says when to come again is none: scanners send many log-ins at once, and on a slow machine the queue of
   * hashes, which has an end on purpose, is then full for a moment.
   */
  get failures(): Exchange[] {
    return this.exchanges.filter(({ status, isPutOff }) => status >= 500 && !(status === 503 && isPutOff));
  }

  get count(): number {
    return this.exchanges.length;
  }
}
