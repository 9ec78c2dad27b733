import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { Settings } from './settings';

const LEVELS: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
/** Nest's start-up lines for every module and route, only useful with LOG_LEVEL=debug. */
const CHATTER = ['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication'];

/** Text lines, or with LOG_FORMAT=json one JSON object per line. */
export class ApplicationLogger extends ConsoleLogger {
  private readonly tellsAll: boolean;

  constructor({ logLevel, logFormat }: Pick<Settings, 'logLevel' | 'logFormat'>) {
    const level: LogLevel = logLevel === 'info' ? 'log' : logLevel;
    super('Latchkey', {
      json: logFormat === 'json',
      colors: logFormat === 'pretty' && process.stdout.isTTY,
      logLevels: LEVELS.slice(0, LEVELS.indexOf(level) + 1),
    });
    this.tellsAll = logLevel === 'debug' || logLevel === 'verbose';
  }

  /**
   * UTC with its mark (ASVS 5.0: 16.2.2), to compare machines in different time zones. JSON uses milliseconds
   * since 1970.
   */
  protected override getTimestamp(): string {
    return new Date().toISOString();
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (!this.tellsAll && typeof context === 'string' && CHATTER.includes(context)) return;
    super.log(message, ...rest);
  }
}
