import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Supervisors commonly kill after ten seconds. */
const PATIENCE_MS = 8_000;

/**
 * Lets a stop finish what is under way, and nothing else. Node alone would wait for ever for a browser that has opened
 * a connection and asks nothing, or for a request that never ends, and five seconds for the next one on each connection
 * that has just been answered.
 */
@Injectable()
export class OpenConnections implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  /** The last answer of each connection. A set of answers would keep them from the garbage collector for long. */
  private readonly lastAnswers = new Map<Socket, ServerResponse | undefined>();
  private deadline?: NodeJS.Timeout;

  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    if (!this.isServing) return;
    this.server.on('connection', (socket) => {
      this.lastAnswers.set(socket, undefined);
      socket.once('close', () => this.lastAnswers.delete(socket));
    });
    this.server.prependListener('request', ({ socket }, answer) => {
      if (this.lastAnswers.has(socket)) this.lastAnswers.set(socket, answer);
    });
  }

  beforeApplicationShutdown(): void {
    if (!this.isServing) return;
    for (const [socket, answer] of this.lastAnswers) {
      if (socket.bytesRead === 0) socket.destroy();
      else if (answer && !answer.headersSent) answer.setHeader('Connection', 'close');
    }
    this.deadline = setTimeout(() => this.server.closeAllConnections(), PATIENCE_MS).unref();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.deadline);
  }

  /** A command that only borrows the modules listens to nobody. */
  private get isServing(): boolean {
    return Boolean(this.host.httpAdapter as unknown);
  }

  private get server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }
}
