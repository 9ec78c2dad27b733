import { ServiceUnavailableException } from '@nestjs/common';

/** The session store cannot be asked just now: 503, and nobody is let in or logged out. */
export class SessionStoreUnavailable extends ServiceUnavailableException {
  constructor() {
    super('The session store does not answer. Please try again.');
  }
}
