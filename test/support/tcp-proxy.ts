import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server on this machine: can delay what the server says, and lead elsewhere. */
export class TcpProxy {
  /** Milliseconds by which everything that the server says arrives later, in order. */
  delay = 0;
  private readonly open = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private target: number,
  ) {
    server.on('connection', (client) => this.serve(client));
  }

  static async to(target: number): Promise<TcpProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** New connections lead to another server; those that are open stay as they are. */
  leadNewTo(target: number): void {
    this.target = target;
  }

  /** As when the machine behind is gone: what was under way never arrives. */
  cut(): void {
    for (const socket of this.open) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private serve(client: Socket): void {
    const server = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ]) {
      this.open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.open.delete(socket);
        other.destroy();
      });
    }
    client.setNoDelay(true);
    client.on('data', (part: Buffer) => server.write(part));
    let last = 0;
    server.on('data', (part: Buffer) => {
      const now = performance.now();
      last = Math.max(last, now + this.delay);
      setTimeout(() => client.destroyed || client.write(part), last - now);
    });
  }
}
