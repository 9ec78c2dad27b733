export interface Waiting {
  start: () => void;
  refuse: () => void;
}

/** A line for each source; the sources take turns. */
export class FairLine {
  /** In the order in which it is their turn. None is empty. */
  private readonly lines = new Map<string, Waiting[]>();
  private waiting = 0;

  /**
   * @param most in all lines together.
   * @param mostOfSource in one of them.
   */
  constructor(
    private readonly most: number,
    private readonly mostOfSource: number,
  ) {}

  get length(): number {
    return this.waiting;
  }

  /** Puts it at the end of its source's line, or refuses it, or the last one of a line that is longer. */
  join(source: string, waiting: Waiting): void {
    const line = this.lines.get(source) ?? [];
    if (line.length >= this.mostOfSource || !this.hasPlaceFor(line)) return waiting.refuse();
    this.lines.set(source, line);
    line.push(waiting);
    this.waiting += 1;
  }

  next(): (() => void) | undefined {
    for (const [source, line] of this.lines) {
      const first = line.shift();
      this.lines.delete(source);
      if (line.length > 0) this.lines.set(source, line); // now the last to have its turn
      this.waiting -= 1;
      return first?.start;
    }
    return undefined;
  }

  /** Where there is none, the longest line gives one up: a few sources must not keep all others out. */
  private hasPlaceFor(line: Waiting[]): boolean {
    if (this.waiting < this.most) return true;
    let longest = line;
    for (const other of this.lines.values()) if (other.length > longest.length) longest = other;
    if (longest.length <= line.length + 1) return false;
    longest.pop()?.refuse();
    this.waiting -= 1;
    return true;
  }
}
