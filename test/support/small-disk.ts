import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAsRoot } from './root';

/** A small file system that fills up soon. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  static async mount(megabytes: number): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-disk-'));
    const owner = `uid=${process.getuid?.()},gid=${process.getgid?.()},mode=700`;
    await runAsRoot('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,${owner}`, 'tmpfs', folder);
    return new SmallDisk(folder);
  }

  /** To the last byte. */
  async fill(): Promise<void> {
    const file = await open(this.filler, 'a');
    const isFull = (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOSPC') throw error;
    };
    await (async () => {
      for (;;) await file.writeFile(Buffer.alloc(4_096));
    })().catch(isFull);
    await file.close();
  }

  async empty(): Promise<void> {
    await rm(this.filler, { force: true });
  }

  async unmount(): Promise<void> {
    await runAsRoot('umount', this.folder);
    await rm(this.folder, { recursive: true });
  }

  private get filler(): string {
    return join(this.folder, 'filler');
  }
}
