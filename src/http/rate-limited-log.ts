import type { Logger } from '@nestjs/common';

const WINDOW_MS = 60_000;

/**
 * For log lines that one fault would cause on every request. Per minute it writes the first ones and then the
 * number of the rest, so a full disk does not fill up with lines that report it.
 */
export class RateLimitedLog {
  private written = 0;
  private leftOut = 0;
  private window: NodeJS.Timeout | undefined;

  /** @param most lines written per minute. */
  constructor(
    private readonly logger: Logger,
    private readonly level: 'warn' | 'error',
    private readonly most: number,
  ) {}

  write(text: string, stack?: string): void {
    this.window ??= setTimeout(() => this.renew(), WINDOW_MS).unref();
    if (this.written >= this.most) {
      this.leftOut += 1;
      return;
    }
    this.written += 1;
    if (stack === undefined) this.logger[this.level](text);
    else this.logger[this.level](text, stack);
  }

  private renew(): void {
    this.window = undefined;
    if (this.leftOut > 0) this.logger[this.level](`${this.leftOut} more lines of this kind within a minute`);
    this.written = 0;
    this.leftOut = 0;
  }
}
