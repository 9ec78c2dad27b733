import type { Server } from 'node:http';
import type { Settings } from '../options/settings';
import { answerUnreadable, noteAnswer } from './unreadable-request';

/** Sets timeouts for slow clients and the response to requests that Node rejects. */
export function limitConnections(server: Server, settings: Settings): void {
  // During a slow request the session may end: see RevalidationMiddleware.
  server.requestTimeout = settings.requestTimeout;
  server.headersTimeout = settings.requestTimeout;
  server.keepAliveTimeout = settings.keepAliveTimeout;
  server.prependListener('request', noteAnswer);
  server.on('clientError', answerUnreadable(settings));
}
