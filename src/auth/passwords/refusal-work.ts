/** Hashes above our cost by more than this take longer to refuse: matching them would slow all refusals. */
export const MOST_ABOVE_OURS = 2;
/** bcrypt's minimum. */
const LOWEST_COST = 4;
/** So many overruns in a row are no coincidence. */
const OVERRUNS = 3;

/**
 * The work of refusing a password. It is the same for every stored hash and for unknown users; otherwise the
 * response time would reveal which usernames exist (ASVS 5.0: 6.3.8). It equals the work of the most
 * expensive known hash, in bcrypt rounds: 2^cost per hash.
 */
export class RefusalWork {
  private cost: number;
  private lowestCost: number;
  private msOfRound: number | undefined;
  private overruns = 0;

  constructor(private readonly ours: number) {
    this.cost = ours;
    this.lowestCost = ours;
  }

  /** Raises the work to that of a stored hash. It never decreases: other hashes may be as expensive. */
  expect(rounds: number): void {
    const cost = Math.min(Math.ceil(Math.log2(rounds)), this.ours + MOST_ABOVE_OURS);
    this.cost = Math.max(this.cost, cost);
    this.lowestCost = Math.max(LOWEST_COST, Math.min(this.lowestCost, cost));
  }

  /** Total rounds of a refusal. A password with a NUL may need two comparisons: see `textsOf`. */
  roundsFor(password: string): number {
    return 2 ** this.cost * (password.includes('\0') ? 2 : 1);
  }

  /**
   * Target number of comparisons per refusal, as each has an overhead of 0.25 ms. The cheapest stored hash
   * needs one per cost step up to the most expensive hash, which needs only one. This is the middle.
   */
  get parts(): number {
    return Math.ceil((this.cost - this.lowestCost + 2) / 2);
  }

  /** Updates the moving average of the time per round under the current load. */
  measure(rounds: number, ms: number): void {
    if (rounds < 2 ** (this.ours - 2)) return; // IPC overhead would dominate
    const sample = ms / rounds;
    this.msOfRound = this.msOfRound === undefined ? sample : this.msOfRound + (sample - this.msOfRound) / 8;
  }

  get isMeasured(): boolean {
    return this.msOfRound !== undefined;
  }

  /** Converts the time that PBKDF2 or scrypt took to bcrypt rounds. */
  roundsIn(ms: number, password: string): number {
    const rounds = ms / (this.msOfRound ?? Infinity);
    this.overruns = rounds > this.roundsFor(password) ? this.overruns + 1 : 0;
    if (this.overruns >= OVERRUNS) this.expect(rounds);
    return rounds;
  }
}

/** Splits work into bcrypt costs, largest first. At least `parts` of them if there is enough work. */
export function costsOf(rounds: number, parts = 1): number[] {
  const costs: number[] = [];
  let rest = rounds;
  while (rest >= 2 ** LOWEST_COST) {
    const cost = Math.floor(Math.log2(rest));
    costs.push(cost);
    rest -= 2 ** cost;
  }
  while (costs.length < parts && costs[0] > LOWEST_COST) {
    const half = costs[0] - 1;
    costs.splice(0, 1, half, half);
    costs.sort((one, other) => other - one);
  }
  return costs;
}
