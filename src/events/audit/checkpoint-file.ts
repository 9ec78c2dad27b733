import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../options/settings';
import { Signer } from '../../sessions/signer';

/** An earlier end of the chain, from a log, a file or a previous verification. */
export interface Checkpoint {
  id: number;
  hash: string;
}

const PURPOSE = 'audit end';

/**
 * The checkpoint of the chain's end in DATA_DIR. It is outside the database: an attacker with only database
 * access can empty or roll back both tables, but not this file.
 */
@Injectable()
export class CheckpointFile {
  private readonly path: string;

  constructor(
    private readonly signer: Signer,
    { dataDir }: Settings,
  ) {
    this.path = join(dataDir, 'audit-end');
  }

  /** @returns undefined without a file, null for a file with a wrong signature. */
  async read(): Promise<Checkpoint | null | undefined> {
    const text = await readFile(this.path, 'utf8').catch((error: unknown) => {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (['ENOENT', 'ENOTDIR'].includes(code)) return undefined;
      throw error;
    });
    return text === undefined ? undefined : this.parse(text);
  }

  /** Atomic and durable, even after a power failure. */
  async write({ id, hash }: Checkpoint): Promise<void> {
    const draft = `${this.path}.${randomUUID()}`;
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    try {
      await writeDurably(
        draft,
        JSON.stringify({ id, hash, seal: this.signer.sign(PURPOSE, textOf(id, hash)) }),
      );
      await rename(draft, this.path);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  private parse(text: string): Checkpoint | null {
    try {
      const { id, hash, seal } = JSON.parse(text) as Record<string, unknown>;
      if (typeof id !== 'number' || typeof hash !== 'string' || typeof seal !== 'string') return null;
      return this.signer.verify(PURPOSE, textOf(id, hash), seal) ? { id, hash } : null;
    } catch {
      return null;
    }
  }
}

const textOf = (id: number, hash: string): string => JSON.stringify([id, hash]);

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
