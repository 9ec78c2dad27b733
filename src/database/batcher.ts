import DataLoader from 'dataloader';
import { JointDeadline, type RequestDeadline } from './request-deadline';

interface BatchedRequest<Key> {
  key: Key;
  deadline: RequestDeadline;
}

/** Both databases take far more parameters; with more rows than these at a time, others would wait. */
const MAX_BATCH_SIZE = 100;

/**
 * Does in one statement what several requests ask for at the same time, each for a row of its own, within the deadlines of
 * all of them. Nothing is cached: a call that comes while a statement is under way is part of the next one.
 */
export class Batcher<Key, Result> {
  private readonly loader: DataLoader<BatchedRequest<Key>, Result | null>;

  /**
   * @param work given each key once. A key that is missing in its map resolves to null.
   * @param schedule when to begin: by default, at the end of this turn of the event loop.
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
