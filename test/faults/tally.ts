export const STEPS = ['sign-up', 'log-in', 'password change', 'e-mail change', 'log-out'] as const;
export type Step = (typeof STEPS)[number];

type Count = Record<Step, number>;
const nothing = () => Object.fromEntries(STEPS.map((step) => [step, 0])) as Count;

/** How many steps were confirmed to their users, and how many were not. */
export class Tally {
  readonly confirmed = nothing();
  readonly unanswered = nothing();
  private total = 0;
  private readonly waiting = new Set<{ total: number; resolve: () => void }>();

  confirm(step: Step): void {
    this.confirmed[step] += 1;
    this.total += 1;
    for (const wait of this.waiting) if (this.total >= wait.total) wait.resolve();
  }

  miss(step: Step): void {
    this.unanswered[step] += 1;
  }

  /** Resolves when this many more have been confirmed. */
  async more(steps: number): Promise<void> {
    const wait = { total: this.total + steps, resolve: (): void => undefined };
    const reached = new Promise<void>((resolve) => (wait.resolve = resolve));
    this.waiting.add(wait);
    await reached;
    this.waiting.delete(wait);
  }
}
