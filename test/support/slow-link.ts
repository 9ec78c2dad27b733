import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy between the application and a server that can delay the server's responses. */
export class SlowLink {
  /** The delay of every response in milliseconds. */
  lateness = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async to(url: string): Promise<SlowLink> {
    const { hostname, port } = new URL(url);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const link = new SlowLink(server);
    server.on('connection', (near) => {
      const far = connect(Number(port), hostname);
      near.on('data', (part) => far.write(part));
      far.on('data', (part) => setTimeout(() => near.write(part), link.lateness));
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ]) {
        link.sockets.add(socket);
        socket
          .on('error', () => undefined)
          .on('close', () => {
            link.sockets.delete(socket);
            other.destroy();
          });
      }
    });
    return link;
  }

  /** The same address through this proxy. */
  through(url: string): string {
    const changed = new URL(url);
    changed.port = String((this.server.address() as AddressInfo).port);
    return changed.href;
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }
}
