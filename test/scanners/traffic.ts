import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

interface Exchange {
  method: string;
  path: string;
  status: number;
}

interface Detours {
  /** Requests that are kept from the application. */
  closed?: (method: string, url: string) => boolean;
  /** Statuses that arrive as others. */
  disguised?: Record<number, number>;
}

/** Notes from now on what a server is asked and answers: a scanner that never got in would find nothing either. */
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
        this.exchanges.push({ method, path, status });
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

  get failures(): Exchange[] {
    return this.exchanges.filter(({ status }) => status >= 500);
  }

  get count(): number {
    return this.exchanges.length;
  }
}
