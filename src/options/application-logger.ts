import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { Settings } from './settings';

const LEVELS: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
/** What Nest tells of every module and route at the start; of use to nobody but with LOG_LEVEL=debug. */
const CHATTER = ['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication'];

/** Lines for people, or with LOG_FORMAT=json one JSON object a line. */
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

  /** UTC, and says so (ASVS 5.0: 16.2.2): machines in other places can be compared. JSON has milliseconds since 1970. */
  protected override getTimestamp(): string {
    return new Date().toISOString();
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (!this.tellsAll && typeof context === 'string' && CHATTER.includes(context)) return;
    super.log(message, ...rest);
  }
}
