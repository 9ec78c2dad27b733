/**
 * Shares one run of an asynchronous function between all callers that arrive while another run is active. A
 * caller never shares a run that began before its call, because the result could be older than data it has
 * seen.
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
