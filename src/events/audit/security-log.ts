import { Injectable, Logger } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { Settings } from '../../options/settings';
import { isSecurityEvent } from '../bus/is-security-event';
import type { SecurityEvent } from '../bus/security-event';
import { isRefusal } from './repeated-refusals';

/** Controls of C0 and C1, DEL, and what some readers take for the end of a line. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Tells every security event in the log too, one line each: for whoever collects logs elsewhere (ASVS 5.0: 16.4.3). */
@Injectable()
export class SecurityLog {
  private readonly logger = new Logger('Security');

  constructor(private readonly settings: Settings) {}

  /** Refusals are told when they are recorded: of a flood, one line for many. */
  @OnEvent('**')
  hear(event: unknown): void {
    if (isSecurityEvent(event) && !isRefusal(event)) this.tell(event);
  }

  /** @param times how often it happened, when it stands for several. */
  tell({ name, at: _, details, ...circumstances }: SecurityEvent, times = 1): void {
    const all = { ...details, ...(times > 1 && { times }), ...circumstances };
    const known = Object.entries(all).filter(([, value]) => value !== null);
    const told = known.map(([key, value]) => [key, printable(value)] as const);
    if (this.settings.logFormat === 'json') this.logger.log({ event: name, ...Object.fromEntries(told) });
    else this.logger.log([name, ...told.map(([key, value]) => `${key}=${JSON.stringify(value)}`)].join(' '));
  }
}

/**
 * A browser may call itself anything: no text of it begins a line of its own or moves a terminal (ASVS 5.0: 16.4.1).
 * Collectors cut long lines: of a list, its length has to do.
 */
function printable(value: unknown): unknown {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== 'string') return value;
  return value.replace(CONTROLS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
