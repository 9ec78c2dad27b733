import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Pages of another site, on their own port. For an application on localhost they are
 * - at `crossSite` another site: 127.0.0.1 is not localhost;
 * - at `sameSite` another origin of the same site, as a sibling subdomain is: cookies come along.
 */
export class OtherSite {
  private constructor(
    private readonly server: Server,
    private readonly pages: Map<string, string>,
  ) {}

  static async start(): Promise<OtherSite> {
    const pages = new Map<string, string>();
    const server = createServer((request, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><title>Another site</title>${pages.get(request.url ?? '') ?? ''}`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new OtherSite(server, pages);
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** @returns the addresses at which a browser finds a page with this body. */
  serve(body: string): { crossSite: string; sameSite: string } {
    const path = `/${this.pages.size}`;
    this.pages.set(path, body);
    return {
      crossSite: `http://127.0.0.1:${this.port}${path}`,
      sameSite: `http://localhost:${this.port}${path}`,
    };
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
