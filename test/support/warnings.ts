import { RunLogger } from './run-logger';

/** Records every warning that instances log from now on. */
export function warnings(): string[] {
  const seen: string[] = [];
  const warn = RunLogger.prototype.warn;
  jest.spyOn(RunLogger.prototype, 'warn').mockImplementation(function (this: RunLogger, ...line) {
    seen.push(String(line[0]));
    warn.apply(this, line);
  });
  return seen;
}
