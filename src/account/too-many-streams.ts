import { HttpException, HttpStatus } from '@nestjs/common';

/** The page goes on without: its next request tells whether the session has ended. */
export class TooManyStreams extends HttpException {
  readonly retryAfter = 60;

  /** @param isOurs whether the process holds all it can, or this reader does. */
  constructor(isOurs: boolean) {
    super(
      'Too many pages are listening for the end of their session.',
      isOurs ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.TOO_MANY_REQUESTS,
    );
  }
}
