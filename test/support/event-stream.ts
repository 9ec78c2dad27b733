import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE = 5_000;

/** Somebody who listens to server-sent events without a browser, which would come back by itself. */
export class EventStreamReader {
  text = '';
  hasEnded = false;

  private constructor(
    readonly answer: Response,
    private readonly leaving: AbortController,
  ) {}

  /** @param cookie the Cookie header. */
  static async open(url: string, cookie: string, more: object = {}): Promise<EventStreamReader> {
    const leaving = new AbortController();
    const headers = { accept: 'text/event-stream', cookie, ...more };
    const answer = await fetch(url, { headers, signal: leaving.signal, redirect: 'manual' });
    const reader = new EventStreamReader(answer, leaving);
    void reader.read();
    return reader;
  }

  /** The events that have come, with their data. */
  get events(): { event: string; data: unknown }[] {
    return [...this.text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, event, data]) => ({
      event,
      data: JSON.parse(data),
    }));
  }

  /** Resolves when this holds; fails when it does not within 5 s. */
  async until(condition: (reader: this) => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (!condition(this)) {
      if (Date.now() > deadline) throw new Error(`Not within ${PATIENCE} ms; so far: ${this.text}`);
      await delay(20);
    }
  }

  over(): Promise<void> {
    return this.until(({ hasEnded }) => hasEnded);
  }

  leave(): void {
    this.leaving.abort();
  }

  private async read(): Promise<void> {
    try {
      const decoder = new TextDecoder();
      for await (const part of this.answer.body ?? []) this.text += decoder.decode(part, { stream: true });
    } catch {
      // Left, or cut off.
    }
    this.hasEnded = true;
  }
}
