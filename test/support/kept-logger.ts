import { ApplicationLogger } from '../../src/options/application-logger';
import { keepLog } from './canaries';

/** The application's own logger, telling all, into what the run keeps; the console of a test has only what is fatal. */
export class KeptLogger extends ApplicationLogger {
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
