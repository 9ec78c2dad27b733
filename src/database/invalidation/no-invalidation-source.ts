import { InvalidationSource } from './invalidation-source';

/** For SESSION_CACHE=0: there is no cache to invalidate. */
export class NoInvalidationSource extends InvalidationSource {
  async isFresh(): Promise<boolean> {
    return false;
  }

  async publish(): Promise<void> {
    // no cache to invalidate
  }

  async close(): Promise<void> {
    // no connection to close
  }
}
