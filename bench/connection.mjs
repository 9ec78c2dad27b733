/** A client for one request at a time over one kept connection. Node's own takes several times its CPU, which the target would lack. */
import { connect } from 'node:net';

const TIMEOUT_MS = 30_000;

/** The contents of the chunks from `at` on, or undefined while the last one has not arrived. */
function joinChunks(bytes, at) {
  const contents = [];
  for (let end; (end = bytes.indexOf('\r\n', at)) >= 0;) {
    const size = Number.parseInt(bytes.latin1Slice(at, end), 16);
    const from = end + 2;
    at = from + size + 2;
    if (at > bytes.length) return undefined;
    if (size === 0) return Buffer.concat(contents);
    contents.push(bytes.subarray(from, from + size));
  }
  return undefined;
}

function readHead(head) {
  const [first, ...lines] = head.split('\r\n');
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'set-cookie') (headers[name] ??= []).push(value);
    else headers[name] = value;
  }
  return { status: Number(first.split(' ', 2)[1]), headers };
}

/** @returns the response that the bytes are, or undefined while some of it is missing. */
function readResponse(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const { status, headers } = readHead(bytes.latin1Slice(0, end));
  const from = end + 4;
  const length = Number(headers['content-length'] ?? 0);
  let body;
  if (headers['transfer-encoding'] === 'chunked') body = joinChunks(bytes, from);
  else if (bytes.length >= from + length) body = bytes.subarray(from, from + length);
  return body && { status, headers, text: body.toString() };
}

export class Connection {
  #base;
  #socket;
  #bytes = Buffer.alloc(0);
  #waiting;

  constructor(base) {
    this.#base = new URL(base);
  }

  /** @returns status, headers and text of the answer, as `send` of visitor.mjs does. */
  send(method, path, { cookie, form, headers }) {
    const { host, origin } = this.#base;
    const body = form ? new URLSearchParams(form).toString() : '';
    let head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\n`;
    for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
    if (cookie) head += `Cookie: ${cookie}\r\n`;
    if (form) head += `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n`;
    this.#socket ??= this.#open();
    this.#socket.write(`${head}\r\n${body}`, 'latin1');
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  close() {
    this.#socket?.destroy();
  }

  #open() {
    const { hostname, port } = this.#base;
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const fail = (error) => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#waiting?.reject(error);
    };
    return socket
      .setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer')))
      .on('data', (chunk) => this.#take(chunk))
      .on('error', fail)
      .on('close', () => fail(new Error('the target closed the connection')));
  }

  #take(chunk) {
    this.#bytes = this.#bytes.length > 0 ? Buffer.concat([this.#bytes, chunk]) : chunk;
    const response = readResponse(this.#bytes);
    if (!response) return;
    this.#bytes = Buffer.alloc(0);
    if (response.headers.connection === 'close') {
      this.#socket.destroy();
      this.#socket = undefined;
    }
    this.#waiting.resolve(response);
  }
}
