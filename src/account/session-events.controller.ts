import { Controller, Get, NotAcceptableException, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { release } from '../common/before-end';
import { isEventStreamRequest } from '../common/page-request';
import { hashOfSessionId } from '../common/hash-of-session-id';
import { SessionStreams } from './session-streams';

/** Where an open page learns that its session has ended; public/session-events.js listens. */
@ApiExcludeController()
@Controller('account/session/events')
export class SessionEventsController {
  constructor(private readonly streams: SessionStreams) {}

  /** Sends `ended` with `{ reason, text }`, at most once. 204, at which a browser gives up: there are too many streams. */
  @Get()
  async open(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (!isEventStreamRequest(request) || request.method === 'HEAD')
      throw new NotAcceptableException('This is a stream of events, not a page.');
    const idHash = hashOfSessionId(request.sessionID);
    await release(response);
    Reflect.deleteProperty(request, 'session'); // which is saved by now: nothing is left to do at the end
    if (!this.streams.open(idHash, response)) response.status(204).end();
  }
}
