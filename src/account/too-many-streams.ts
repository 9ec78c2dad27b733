import { HttpException, HttpStatus } from '@nestjs/common';

/** The page works without a stream: its next request reveals whether the session has ended. */
export class TooManyStreams extends HttpException {
  readonly retryAfter = 60;

  /** @param isOurs whether the limit of the whole process is reached, not that of this client. */
  constructor(isOurs: boolean) {
    super(
      'Too many pages are listening for the end of their session.',
      isOurs ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.TOO_MANY_REQUESTS,
    );
  }
}
