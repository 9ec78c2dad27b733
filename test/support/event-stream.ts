import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 5_000;

/** Reads server-sent events without a browser, which would reconnect by itself. */
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

  /** The events received so far, with their data. */
  get events(): { event: string; data: unknown }[] {
    return [...this.text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, event, data]) => ({
      event,
      data: JSON.parse(data),
    }));
  }

  /** Resolves when this holds; fails if it does not within 5 s. */
  async until(condition: (reader: this) => boolean): Promise<void> {
    const deadline = Date.now() + TIMEOUT_MS;
    while (!condition(this)) {
      if (Date.now() > deadline) throw new Error(`Not within ${TIMEOUT_MS} ms; so far: ${this.text}`);
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
      // Closed by either side.
    }
    this.hasEnded = true;
  }
}
