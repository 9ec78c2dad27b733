import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

/** The Accept header of a browser that opens a page, unless a test sets another. */
const PAGE = 'text/html';

export interface Sent {
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/**
 * Sends bytes that no client library would send, unchanged, on a connection of their own, and returns all data received.
 * @param hangUp to close without waiting for more, like a client that gives up
 */
export function raw(port: number, bytes: string | Buffer, hangUp = false): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.write(bytes);
      if (hangUp) socket.end();
    });
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('error', reject);
    socket.on('close', () => resolve(parsed(Buffer.concat(parts))));
  });
}

/** The text of a request whose connection ends with it, for `raw`. */
export function requestText(line: string, headers: string[] = [], body = ''): string {
  const first = [line, 'Host: localhost:3000', 'Connection: close'];
  const accept = headers.some((header) => /^accept:/i.test(header)) ? [] : [`Accept: ${PAGE}`];
  return [...first, ...accept, ...headers, '', body].join('\r\n');
}

function parsed(answer: Buffer): Answer {
  const [head = '', ...rest] = answer.toString().split('\r\n\r\n');
  const [line = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((header) => {
      const colon = header.indexOf(':');
      return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(line.split(' ')[1] ?? 0), headers, text: rest.join('\r\n\r\n') };
}

/** Sends over kept-alive connections, as fast as the application answers. */
export class Client {
  private readonly agent: Agent;

  constructor(
    private readonly port: number,
    connections = 1,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws if no complete response has arrived within `timeout` milliseconds. */
  ask({ method = 'GET', path, headers = {}, body }: Sent, deadline = 5_000): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
      const asked = request(
        {
          port: this.port,
          host: '127.0.0.1',
          agent: this.agent,
          method,
          path,
          headers: { Host: 'localhost:3000', Accept: PAGE, ...length, ...headers },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => {
            clearTimeout(timer);
            const text = Buffer.concat(parts).toString();
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
          });
        },
      );
      const timer = setTimeout(
        () => asked.destroy(new Error(`No answer to ${method} ${path} in ${deadline} ms`)),
        deadline,
      );
      asked.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      asked.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
