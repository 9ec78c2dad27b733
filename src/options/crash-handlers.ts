import type { Logger } from '@nestjs/common';

/**
 * Logs unhandled errors like all others (ASVS 5.0: 16.5.4). After an unhandled rejection the process
 * continues, because no code depends on that promise. After an uncaught exception its state is unknown: it
 * exits with code 1 for the supervisor to restart it.
 * @param close finishes running requests.
 */
export function installCrashHandlers(
  logger: Pick<Logger, 'error' | 'fatal'>,
  close: () => Promise<void>,
): void {
  let isEnding = false;
  const end = () => process.exit(1);

  process.on('unhandledRejection', (reason) => {
    logger.error(`A promise failed, and nobody caught it: ${described(reason)}`);
  });
  process.on('uncaughtException', (error) => {
    logger.fatal(`An exception that nobody caught: ${described(error)}`);
    if (isEnding) end();
    isEnding = true;
    close().then(end, end);
  });
}

const described = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
