import { Writable } from 'node:stream';
import { isolateLogStreams } from './log-streams';

const LINE = 'x'.repeat(1_023) + '\n';

describe('The streams of the log', () => {
  it('keep a megabyte for a reader that has stopped, and no more', () => {
    const stopped = new Writable({ write: () => undefined });
    isolateLogStreams(stopped);
    for (let line = 0; line < 3_000; line += 1) stopped.write(LINE);
    expect(stopped.writableLength).toBe(1024 * 1024);
  });
});
