import { KeptLogger } from './run-logger';

/** Records every warning that instances log from now on. */
export function warnings(): string[] {
  const seen: string[] = [];
  const warn = KeptLogger.prototype.warn;
  jest.spyOn(KeptLogger.prototype, 'warn').mockImplementation(function (this: KeptLogger, ...line) {
    seen.push(String(line[0]));
    warn.apply(this, line);
  });
  return seen;
}
