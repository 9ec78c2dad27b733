import type { Writable } from 'node:stream';

/** What waits in memory for a reader that has stopped reading; beyond it lines are lost. */
const MOST_BYTES = 1024 * 1024;

/**
 * The log never fills the memory and never ends the process. Node would keep whatever nobody reads, and end at an error
 * that nobody handles: the reader is gone, or the disk of the log is full.
 */
export function neverFailByTheLog(...streams: Writable[]): void {
  for (const stream of streams) {
    stream.on('error', () => undefined);
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (...args: unknown[]) => stream.writableLength < MOST_BYTES && write(...args);
  }
}
