import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../options/settings';
import type { SecurityEvent } from '../bus/security-event';
import { SecurityEventBus } from '../bus/security-event-bus';
import { isRefusal } from './repeated-refusals';

/** C0 and C1 controls, DEL, and Unicode line separators. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Also logs each security event in one line, for external log collectors (ASVS 5.0: 16.4.3). */
@Injectable()
export class SecurityLog {
  private readonly logger = new Logger('Security');

  constructor(
    private readonly settings: Settings,
    bus: SecurityEventBus,
  ) {
    bus.onAny((event) => {
      if (!isRefusal(event)) this.tell(event); // AuditQueue logs refusals, one line for many
    });
  }

  /** @param times how many equal events the line represents. */
  tell({ name, at: _, details, ...circumstances }: SecurityEvent, times = 1): void {
    const all = { ...details, ...(times > 1 && { times }), ...circumstances };
    const known = Object.entries(all).filter(([, value]) => value !== null);
    const fields = known.map(([key, value]) => [key, printable(value)] as const);
    if (this.settings.logFormat === 'json') this.logger.log({ event: name, ...Object.fromEntries(fields) });
    else
      this.logger.log([name, ...fields.map(([key, value]) => `${key}=${JSON.stringify(value)}`)].join(' '));
  }
}

/**
 * Escapes controls: clients choose their User-Agent and could forge log lines or control a terminal
 * (ASVS 5.0: 16.4.1). Logs only the length of a list, because collectors truncate long lines.
 */
function printable(value: unknown): unknown {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== 'string') return value;
  return value.replace(CONTROLS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
