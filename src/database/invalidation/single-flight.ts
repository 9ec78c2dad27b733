/**
 * One run of an asynchronous function for all callers that arrive while another run is under way. Nobody shares a run that
 * began before their own call: its result could be older than what they have seen.
 */
export class SingleFlight<T> {
  private running: Promise<unknown> = Promise.resolve();
  private next: Promise<T> | undefined;

  constructor(private readonly task: () => Promise<T>) {}

  run(): Promise<T> {
    this.next ??= this.running.then(() => this.start());
    return this.next;
  }

  private start(): Promise<T> {
    this.next = undefined;
    const result = this.task();
    this.running = result.catch(() => undefined);
    return result;
  }
}
