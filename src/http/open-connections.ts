import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Process supervisors commonly kill after ten seconds. */
const SHUTDOWN_TIMEOUT_MS = 8_000;

/**
 * On shutdown, finishes running requests and closes all other connections. Node by itself would wait forever
 * for an idle connection that a browser has opened or for a request that never ends, and five seconds for
 * each connection that has just been used.
 */
@Injectable()
export class OpenConnections implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  /** The latest response of each connection. A set of responses would delay their garbage collection. */
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
    this.deadline = setTimeout(() => this.server.closeAllConnections(), SHUTDOWN_TIMEOUT_MS).unref();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.deadline);
  }

  /** A command-line tool that uses the modules has no server. */
  private get isServing(): boolean {
    return Boolean(this.host.httpAdapter as unknown);
  }

  private get server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }
}
