import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy between a client and a local server: it can delay the server's data, and change the target. */
export class TcpProxy {
  /** The delay of all data from the server in milliseconds, in order. */
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

  /** Sends new connections to another server; existing ones do not change. */
  leadNewTo(target: number): void {
    this.target = target;
  }

  /** Like a failed machine: data in flight never arrives. */
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
