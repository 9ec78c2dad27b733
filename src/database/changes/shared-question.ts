/**
 * A question whose answer many may share, but never one that was put before they came: what they know is then at least
 * as new as their own arrival. It is put when whoever runs now has finished, so that a hundred at once cost one question.
 */
export class SharedQuestion<T> {
  private running: Promise<unknown> = Promise.resolve();
  private next: Promise<T> | undefined;

  constructor(private readonly put: () => Promise<T>) {}

  ask(): Promise<T> {
    this.next ??= this.running.then(() => this.start());
    return this.next;
  }

  private start(): Promise<T> {
    this.next = undefined;
    const answer = this.put();
    this.running = answer.catch(() => undefined);
    return answer;
  }
}
