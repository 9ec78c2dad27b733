import { once } from 'node:events';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CERTIFICATE, KEY } from './self-signed';

/** A proxy with TLS in front of an application at one host name. Every other host name has an empty page. */
export class HttpsFront {
  /** The application's host name and port. */
  target: { hostname: string; port: number } | undefined;

  private constructor(private readonly server: Server) {
    server.on('request', (incoming, response) => {
      const { headers, method, url: path } = incoming;
      const hostname = headers.host?.split(':', 1)[0];
      if (!this.target || hostname !== this.target.hostname) {
        response.setHeader('Content-Type', 'text/html; charset=utf-8');
        response.end('<!doctype html><title>Another host</title>');
        return;
      }
      const forwarded = { ...headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1' };
      const passed = request({ port: this.target.port, method, path, headers: forwarded }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      });
      passed.once('error', () => response.destroy());
      incoming.pipe(passed);
    });
  }

  static async start(): Promise<HttpsFront> {
    const server = createServer({ cert: CERTIFICATE, key: KEY }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HttpsFront(server);
  }

  /** The origin of a host name here. */
  at(hostname: string): string {
    return `https://${hostname}:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
