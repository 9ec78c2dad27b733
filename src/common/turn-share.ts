/** What requests may take of one turn of the event loop, and with it how much later others are read. */
const TURN_MS = 5;
/** Enough to share what they ask of the database, few enough that the dearest of them stall nothing. */
export const MOST_IN_A_TURN = 16;

/**
 * How many requests to begin in a turn of the event loop, by how long the turns before have taken: also with what was begun
 * earlier and goes on now, which may be the most of it.
 */
export class TurnShare {
  private share = MOST_IN_A_TURN;
  private begun = 0;
  private isMeasuring = false;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Call it from `setImmediate`, once in a turn. */
  begin(): number {
    if (!this.isMeasuring) {
      this.isMeasuring = true;
      this.begun = this.now();
      setImmediate(() => this.learn());
    }
    return this.share;
  }

  private learn(): void {
    this.isMeasuring = false;
    const fits = (this.share * TURN_MS) / (this.now() - this.begun);
    this.share = Math.max(1, Math.min(Math.floor(fits), this.share * 2, MOST_IN_A_TURN));
  }
}
