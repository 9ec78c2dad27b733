interface Line {
  running: number;
  waiting: (() => void)[];
}

/** Lets so many tasks of one key run at a time in this process; the rest wait in line. */
export class Places {
  private readonly lines = new Map<string, Line>();

  constructor(private readonly count: number) {}

  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const line = this.lines.get(key) ?? { running: 0, waiting: [] };
    this.lines.set(key, line);
    if (line.running < this.count) line.running += 1;
    else await new Promise<void>((start) => line.waiting.push(start));
    try {
      return await task();
    } finally {
      const next = line.waiting.shift();
      if (next)
        next(); // takes over this place
      else if ((line.running -= 1) === 0) this.lines.delete(key);
    }
  }
}
