import { createReadStream, statSync } from 'node:fs';
import { CommandFailure } from '../printable';

/** Reads a text file in chunks. */
export class TextFile {
  readonly total: number;
  done = 0;

  constructor(private readonly path: string) {
    this.total = statSync(path).size;
  }

  /** @throws CommandFailure unless it is UTF-8: names in another encoding would be silently corrupted. */
  async *parts(): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8', { fatal: true }); // strips a byte order mark
    const decode = (bytes?: Buffer) => {
      try {
        return decoder.decode(bytes, { stream: bytes !== undefined });
      } catch {
        throw new CommandFailure(`${this.path} is not in UTF-8. Convert it first, for example by iconv.`);
      }
    };
    for await (const bytes of createReadStream(this.path) as AsyncIterable<Buffer>) {
      yield decode(bytes);
      this.done += bytes.length;
    }
    yield decode();
  }
}
