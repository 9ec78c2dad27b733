import DataLoader from 'dataloader';
import { JointPatience, type Patience } from './patience';

/** What a request waits for. */
interface Wish<Key> {
  key: Key;
  patience: Patience;
}

/** Both databases take far more parameters; with more rows than these at a time, others would wait. */
const MOST_AT_ONCE = 100;

/**
 * Does by one statement what several requests ask for, each for a row of its own, with the patience of them all. Nothing
 * is kept: whoever asks while one is under way is part of the next.
 */
export class JointWork<Key, Result> {
  private readonly wishes: DataLoader<Wish<Key>, Result | null>;

  /**
   * @param work given each key once. What its map does not hold is null to whoever asked.
   * @param schedule when to begin with what was asked for by then: by default, at the end of this turn of the event loop.
   */
  constructor(
    private readonly work: (keys: Key[]) => Promise<Map<Key, Result>>,
    schedule?: (begin: () => void) => void,
  ) {
    this.wishes = new DataLoader((wishes: readonly Wish<Key>[]) => this.fulfil(wishes), {
      cache: false,
      maxBatchSize: MOST_AT_ONCE,
      batchScheduleFn: schedule,
    });
  }

  ask(key: Key, patience: Patience): Promise<Result | null> {
    return this.wishes.load({ key, patience });
  }

  private async fulfil(wishes: readonly Wish<Key>[]): Promise<(Result | null)[]> {
    const keys = [...new Set(wishes.map(({ key }) => key))];
    const patience = new JointPatience(wishes.map((wish) => wish.patience));
    const results = await patience.shared(() => this.work(keys));
    return wishes.map(({ key }) => results.get(key) ?? null);
  }
}
