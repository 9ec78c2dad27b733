import type { Writable } from 'node:stream';

/** Buffered for a reader that has stopped reading. Further lines are dropped. */
const MOST_BYTES = 1024 * 1024;

/**
 * Keeps the log from filling the memory or ending the process. By itself, Node buffers without limit for a
 * slow reader, and exits on an unhandled stream error: a closed pipe or a full disk.
 */
export function isolateLogStreams(...streams: Writable[]): void {
  for (const stream of streams) {
    stream.on('error', () => undefined);
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (...args: unknown[]) => stream.writableLength < MOST_BYTES && write(...args);
  }
}
