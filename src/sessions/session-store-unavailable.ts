import { ServiceUnavailableException } from '@nestjs/common';

/** The session store does not answer: 503. The client is neither logged in nor logged out. */
export class SessionStoreUnavailable extends ServiceUnavailableException {
  constructor() {
    super('The session store does not answer. Please try again.');
  }
}
