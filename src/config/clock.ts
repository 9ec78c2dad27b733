import { Injectable } from '@nestjs/common';

/** Where the time comes from. A port, so that tests and the test kit can move it. */
export abstract class Clock {
  /** Milliseconds since 1970 in UTC. */
  abstract now(): number;
}

@Injectable()
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
