import http, { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { NestApplicationOptions } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express } from 'express';

/**
 * How late the server may notice a REQUEST_TIMEOUT. Node's default of 30 s is as long as the timeout itself.
 */
const CHECKING_INTERVAL_MS = 1_000;

/**
 * Creates requests and responses with Express' prototypes. Express calls `setPrototypeOf` on every request,
 * which deoptimises it; here that call is a no-op.
 */
export class LatchkeyExpressAdapter extends ExpressAdapter {
  private forcesClose = false;

  override initHttpServer(options: NestApplicationOptions): void {
    const app = this.getInstance<Express>();
    const classes = {
      IncomingMessage: class extends IncomingMessage {},
      ServerResponse: class extends ServerResponse {},
    };
    app.request = inheriting(classes.IncomingMessage.prototype, app.request);
    app.response = inheriting(classes.ServerResponse.prototype, app.response);
    const serverOptions = { ...classes, connectionsCheckingInterval: CHECKING_INTERVAL_MS };
    this.httpServer = options.httpsOptions
      ? https.createServer({ ...options.httpsOptions, ...serverOptions }, app)
      : http.createServer(serverOptions, app);
    this.forcesClose = options.forceCloseConnections === true;
  }

  override close(): Promise<void> {
    const closed = super.close() as Promise<void>;
    if (this.forcesClose) this.httpServer.closeAllConnections();
    return closed;
  }
}

/** Inherits from Express' prototype. */
function inheriting<Prototype extends object>(own: object, expresss: Prototype): Prototype {
  return Object.setPrototypeOf(own, expresss) as Prototype;
}
