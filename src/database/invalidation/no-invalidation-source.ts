import { InvalidationSource } from './invalidation-source';

/** For SESSION_CACHE=0: there is nothing to invalidate. */
export class NoInvalidationSource extends InvalidationSource {
  async isFresh(): Promise<boolean> {
    return false;
  }

  async publish(): Promise<void> {
    // there is nobody to tell
  }

  async close(): Promise<void> {
    // there is nothing to close
  }
}
