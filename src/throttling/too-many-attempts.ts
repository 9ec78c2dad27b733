import { HttpException, HttpStatus } from '@nestjs/common';

const MINUTE = 60;

/** The error for a throttled attempt. The client may try again after `retryAfter` seconds. */
export class TooManyAttempts extends HttpException {
  /** The message on a page. */
  readonly flash: { level: 'error'; text: string };

  constructor(readonly retryAfter: number) {
    const text = `Too many attempts. Try again in ${inWords(retryAfter)}.`;
    super(text, HttpStatus.TOO_MANY_REQUESTS);
    this.flash = { level: 'error', text };
  }
}

function inWords(seconds: number): string {
  if (seconds < MINUTE) return counted(seconds, 'second');
  const minutes = Math.ceil(seconds / MINUTE);
  return minutes < 60 ? counted(minutes, 'minute') : counted(Math.ceil(minutes / 60), 'hour');
}

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;
