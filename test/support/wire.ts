import { connect, type Socket } from 'node:net';

export interface WireRequest {
  method?: string;
  path: string;
  /** The Cookie header: `name=value` pairs. */
  cookie?: string;
  headers?: Record<string, string>;
  form?: Record<string, string>;
  json?: unknown;
  /** Sends the body in one chunk instead of a Content-Length. */
  isChunked?: boolean;
}

export class WireAnswer {
  constructor(
    readonly status: number,
    readonly headers: [name: string, value: string][],
    readonly text: string,
  ) {}

  header(name: string): string | undefined {
    return this.headers.find(([key]) => key === name)?.[1];
  }

  /** The `name=value` of each cookie that this response sets. */
  get cookies(): string[] {
    const lines = this.headers.filter(([key]) => key === 'set-cookie').map(([, value]) => value);
    return lines.map((line) => line.split(';', 1)[0]);
  }

  /** The `name=value` of a cookie that this response sets, as a browser would send it back. */
  cookie(name: string): string | undefined {
    return this.cookies.find((pair) => new RegExp(`^${name}=.`).test(pair));
  }
}

interface Pending {
  method: string;
  begun: () => void;
  headed: (head: WireAnswer) => void;
  done: (answer: WireAnswer) => void;
  failed: (error: Error) => void;
}

/**
 * A keep-alive connection without a client library: it reports when the first byte of a response arrives, and
 * sends thousands of requests in seconds. One request at a time.
 */
export class Wire {
  private received = Buffer.alloc(0);
  private pending: Pending | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (part: Buffer) => this.receive(part));
    socket.on('error', (error) => this.pending?.failed(error));
    socket.on('close', () => this.pending?.failed(new Error('The connection was closed before the answer')));
  }

  static open(port: number): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(new Wire(socket)));
      socket.once('error', reject);
    });
  }

  /** @returns when the response begins to arrive, when its head is complete, and when all of it is. */
  send(
    request: WireRequest,
    text = textOf(request),
  ): {
    begun: Promise<void>;
    head: Promise<WireAnswer>;
    answer: Promise<WireAnswer>;
  } {
    let begun: () => void = () => undefined;
    let headed: (head: WireAnswer) => void = () => undefined;
    const beginning = new Promise<void>((resolve) => (begun = resolve));
    const head = new Promise<WireAnswer>((resolve) => (headed = resolve));
    const answer = new Promise<WireAnswer>((done, failed) => {
      this.pending = { method: request.method ?? 'GET', begun, headed, done, failed };
      if (this.socket.destroyed) failed(new Error('The connection is closed'));
    });
    this.socket.write(text);
    // A broken connection rejects all three, of which the caller may await one.
    const sent = {
      begun: Promise.race([beginning, answer.then(() => undefined)]),
      head: Promise.race([head, answer]),
      answer,
    };
    for (const promise of [sent.begun, sent.head]) promise.catch(() => undefined);
    return sent;
  }

  ask(request: WireRequest): Promise<WireAnswer> {
    return this.send(request).answer;
  }

  /**
   * Sends all but the last byte.
   * @returns the response, if one comes before that, and a function that sends the byte.
   */
  park(request: WireRequest): { answer: Promise<WireAnswer>; finish: () => Promise<WireAnswer> } {
    const text = textOf(request);
    const { answer } = this.send(request, text.slice(0, -1));
    answer.catch(() => undefined);
    const finish = () => {
      this.socket.write(text.slice(-1));
      return answer;
    };
    return { answer, finish };
  }

  close(): void {
    this.pending = undefined;
    this.socket.destroy();
  }

  private receive(part: Buffer): void {
    this.pending?.begun();
    this.received = Buffer.concat([this.received, part]);
    const head = this.received.indexOf('\r\n\r\n');
    if (head < 0 || !this.pending) return;

    const [statusLine, ...lines] = this.received.subarray(0, head).toString('latin1').split('\r\n');
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    const status = Number(statusLine.split(' ')[1]);
    if (status === 100) {
      this.received = this.received.subarray(head + 4);
      return;
    }
    this.pending.headed(new WireAnswer(status, headers, ''));
    const hasNoBody = this.pending.method === 'HEAD' || status === 204 || status === 304;
    const length = Number(new Map(headers).get('content-length') ?? 0);
    const end = head + 4 + (hasNoBody ? 0 : length);
    if (this.received.length < end) return;

    const text = this.received.subarray(head + 4, end).toString();
    this.received = this.received.subarray(end);
    const { done } = this.pending;
    this.pending = undefined;
    done(new WireAnswer(status, headers, text));
  }
}

function textOf({ method = 'GET', path, cookie, headers = {}, form, json, isChunked }: WireRequest): string {
  const body = form ? new URLSearchParams(form).toString() : json === undefined ? '' : JSON.stringify(json);
  const all = {
    Host: 'localhost:3000',
    ...(!path.startsWith('/api/') && { Accept: 'text/html' }),
    ...(cookie && { Cookie: cookie }),
    ...(body && !isChunked && { 'Content-Length': String(Buffer.byteLength(body)) }),
    ...(isChunked && { 'Transfer-Encoding': 'chunked' }),
    ...(body && { 'Content-Type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${isChunked ? chunksOf(body) : body}`;
}

const chunksOf = (body: string): string => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;
