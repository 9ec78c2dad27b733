import { Changes } from './changes';

/** For an application that keeps no copies: it never asks, and nobody is told. */
export class NoChanges extends Changes {
  async areKnown(): Promise<boolean> {
    return false;
  }

  track<T>(write: () => Promise<T>): Promise<T> {
    return write();
  }

  async close(): Promise<void> {
    // there is nothing to close
  }
}
