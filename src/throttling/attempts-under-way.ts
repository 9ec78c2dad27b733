/**
 * Tries that this process is looking at. They are counted as failures until they turn out right, so one that comes at
 * the same moment may be refused only because of them: it waits for what they bring instead.
 */
export class AttemptsUnderWay {
  private readonly byKey = new Map<string, Set<Promise<boolean>>>();

  /** @returns the tries under this key at this moment. */
  under(key: string): Promise<boolean>[] {
    return [...(this.byKey.get(key) ?? [])];
  }

  async run(keys: string[], attempt: () => Promise<boolean>): Promise<boolean> {
    const outcome = attempt();
    for (const key of keys) this.byKey.set(key, (this.byKey.get(key) ?? new Set()).add(outcome));
    try {
      return await outcome;
    } finally {
      for (const key of keys) this.remove(key, outcome);
    }
  }

  private remove(key: string, outcome: Promise<boolean>): void {
    const outcomes = this.byKey.get(key);
    outcomes?.delete(outcome);
    if (outcomes?.size === 0) this.byKey.delete(key);
  }
}

/** @returns as soon as one of them is right, or when none has been. */
export async function isOneRight(attempts: Promise<boolean>[]): Promise<boolean> {
  try {
    await Promise.any(
      attempts.map((attempt) => attempt.then((isRight) => isRight || Promise.reject(new Error()))),
    );
    return true;
  } catch {
    return false;
  }
}
