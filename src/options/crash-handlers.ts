import type { Logger } from '@nestjs/common';

/**
 * What nobody caught gets into the log like any other fault (ASVS 5.0: 16.5.4). Nobody waits for a promise that failed
 * unheard, so all goes on. After an exception nobody knows what was left half done: the process ends with code 1, and
 * whatever supervises it starts it again.
 * @param close answers the requests under way.
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
