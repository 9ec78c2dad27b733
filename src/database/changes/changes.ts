/** What a write has changed, by the keys of those who keep copies (`user:7`); undefined: it may be anything. */
export type Touched = readonly string[] | undefined;

/** For writes to tables of which nobody keeps copies. Without it, all copies are dropped. */
export const touchesNoCopies = (): Touched => [];

/** Told which copies are outdated. */
export interface Keeper {
  forget(key: string): void;
  forgetAll(): void;
}

/**
 * Whether copies of rows in this process are still what the database holds, whoever writes: this process, another
 * instance, the command line, or somebody with SQL.
 */
export abstract class Changes {
  private readonly keepers = new Set<Keeper>();

  /** From now on this one is told. */
  register(keeper: Keeper): void {
    this.keepers.add(keeper);
  }

  /**
   * Asks the database. What was committed anywhere before this was called has been told to the keepers when it
   * resolves to true; false: nobody knows, and copies must not be used.
   */
  abstract areKnown(): Promise<boolean>;

  /**
   * The same without asking the database: true where it is plain that nothing has been committed since the present turn
   * of the event loop began; else false.
   */
  areStillKnown(): boolean {
    return false;
  }

  /** Runs a write of this process: by the time it resolves, the keepers know what it has touched. */
  abstract track<T>(write: () => Promise<T>, touched: (result: T) => Touched): Promise<T>;

  /**
   * Drops the copy under a key that stands for more than rows. Other processes hear of it where the database can tell.
   */
  async announce(key: string): Promise<void> {
    this.tell([key]);
  }

  abstract close(): Promise<void>;

  /** Lets go of what may be let go of only when all connections are closed. */
  release(): void {
    // where there is something
  }

  protected tell(touched: Touched): void {
    for (const keeper of this.keepers) {
      if (touched) for (const key of touched) keeper.forget(key);
      else keeper.forgetAll();
    }
  }
}
