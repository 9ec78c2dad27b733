import type { Server } from 'node:http';
import type { Settings } from '../options/settings';
import { answerUnreadable, noteAnswer } from './unreadable-request';

/** How long clients may take, and what they are told when Node gives up on them. */
export function limitConnections(server: Server, settings: Settings): void {
  // Of a request that takes its time the session may end meanwhile: see StillValidMiddleware.
  server.requestTimeout = settings.requestTimeout;
  server.headersTimeout = settings.requestTimeout;
  server.keepAliveTimeout = settings.keepAliveTimeout;
  server.prependListener('request', noteAnswer);
  server.on('clientError', answerUnreadable(settings));
}
