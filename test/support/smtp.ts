import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface Received {
  /** The recipients of the envelope, whatever the headers contain. */
  recipients: string[];
  isSecure: boolean;
  mail: Email;
}

/** A real mail server on a free local port, which stores its mails. */
export class MailServer {
  readonly received: Received[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: SMTPServer) {
    server.server.on('connection', (socket: Socket) => this.sockets.add(socket));
  }

  static async start(options: SMTPServerOptions = {}, port = 0): Promise<MailServer> {
    const smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, session, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const recipients = session.envelope.rcptTo.map(({ address }) => address);
          void PostalMime.parse(Buffer.concat(parts)).then((mail) => {
            server.received.push({ recipients, isSecure: session.secure, mail });
            done();
          });
        });
      },
      ...options,
    });
    const server = new MailServer(smtp);
    smtp.on('error', () => undefined); // connections that tests break off
    smtp.listen(port, '127.0.0.1');
    await once(smtp.server, 'listening');
    return server;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((done) => {
      this.server.close(done);
    });
  }
}

/** A refusal of a mail server. */
export function refusal(responseCode: number, text = 'refused'): Error {
  return Object.assign(new Error(text), { responseCode });
}
