import { Get, NotAcceptableException, Req, Res } from '@nestjs/common';
import { PagesController } from '../http/latchkey-routes';
import type { Request, Response } from 'express';
import { flush } from '../http/defer-end';
import { isEventStreamRequest } from '../http/page-request';
import { hashOfSessionId } from '../http/hash-of-session-id';
import { CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { sourceOf } from '../http/request-source';
import { SessionStreams } from './session-streams';

/** Notifies open pages that their session has ended. The client is public/session-events.js. */
@PagesController('account/session/events')
export class SessionEventsController {
  constructor(private readonly streams: SessionStreams) {}

  /** Sends `ended` with `{ reason, text }`, at most once. */
  @Get()
  async open(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentUser() { id: userId }: Principal,
  ): Promise<void> {
    if (!isEventStreamRequest(request) || request.method === 'HEAD')
      throw new NotAcceptableException('This is a stream of events, not a page.');
    const listener = { idHash: hashOfSessionId(request.sessionID), userId, source: sourceOf(request.ip) };
    await flush(response);
    Reflect.deleteProperty(request, 'session'); // already saved: skip express-session's save at the end
    this.streams.open(listener, response);
  }
}
