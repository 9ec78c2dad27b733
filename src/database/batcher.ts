import DataLoader from 'dataloader';
import { JointDeadline, type RequestDeadline } from './request-deadline';

interface BatchedRequest<Key> {
  key: Key;
  deadline: RequestDeadline;
}

/** Both databases allow more parameters, but larger batches would delay other requests. */
const MAX_BATCH_SIZE = 100;

/**
 * Runs what concurrent requests ask for, each about its own row, in one statement within all of their
 * deadlines. It caches nothing: a call that arrives while a statement runs joins the next one.
 */
export class Batcher<Key, Result> {
  private readonly loader: DataLoader<BatchedRequest<Key>, Result | null>;

  /**
   * @param work gets each key once. A key missing from its map resolves to null.
   * @param schedule when to begin: by default at the end of this turn of the event loop.
   */
  constructor(
    private readonly work: (keys: Key[]) => Promise<Map<Key, Result>>,
    schedule?: (begin: () => void) => void,
  ) {
    this.loader = new DataLoader((requests: readonly BatchedRequest<Key>[]) => this.runBatch(requests), {
      cache: false,
      maxBatchSize: MAX_BATCH_SIZE,
      batchScheduleFn: schedule,
    });
  }

  load(key: Key, deadline: RequestDeadline): Promise<Result | null> {
    return this.loader.load({ key, deadline: deadline });
  }

  private async runBatch(requests: readonly BatchedRequest<Key>[]): Promise<(Result | null)[]> {
    const keys = [...new Set(requests.map(({ key }) => key))];
    const deadline = new JointDeadline(requests.map((request) => request.deadline));
    const results = await deadline.run(() => this.work(keys));
    return requests.map(({ key }) => results.get(key) ?? null);
  }
}
