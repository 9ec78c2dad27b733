import { ApplicationLogger } from '../../src/options/application-logger';
import { keepLog } from './canaries';

/** Sends all lines of the application's own logger to the log of the run; the console only shows fatal ones. */
export class RunLogger extends ApplicationLogger {
  constructor() {
    super({ logLevel: 'verbose', logFormat: 'json' });
  }

  protected override printAsJson(
    message: unknown,
    options: Parameters<ApplicationLogger['getJsonLogObject']>[1],
  ): void {
    keepLog(`${this.stringifyJsonLogObject(this.getJsonLogObject(message, options))}\n`);
    if (options.logLevel === 'fatal') super.printAsJson(message, options);
  }
}
