/** A hash that costs more than ours by more than this takes longer to refuse: waiting for it would slow down everyone. */
export const MOST_ABOVE_OURS = 2;
/** Smaller steps would be too short to measure. */
const LOWEST_COST = 4;
/** Longer in a row than chance explains. */
const OVERRUNS = 3;

/**
 * How much work it takes to refuse a password: the same whatever is stored and whether anything is, or the time of an
 * answer would tell which names exist (ASVS 5.0: 6.3.8). It is what the most expensive stored hash takes that is known
 * of. Counted in rounds of bcrypt, 2^cost for one hash.
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

  /** Learns of a stored hash that takes so many rounds. It is never forgotten: another one may be as expensive. */
  expect(rounds: number): void {
    const cost = Math.min(Math.ceil(Math.log2(rounds)), this.ours + MOST_ABOVE_OURS);
    this.cost = Math.max(this.cost, cost);
    this.lowestCost = Math.max(LOWEST_COST, Math.min(this.lowestCost, cost));
  }

  /** What a refusal takes in all. A password with a NUL may be compared twice: see `textsOf`. */
  roundsFor(password: string): number {
    return 2 ** this.cost * (password.includes('\0') ? 2 : 1);
  }

  /**
   * How many comparisons a refusal takes, if it can. Each takes a quarter of a millisecond beside its rounds. The cheapest
   * stored hash needs one for each step of cost up to the most expensive one, and that needs one: this is the middle.
   */
  get parts(): number {
    return Math.ceil((this.cost - this.lowestCost + 2) / 2);
  }

  /** Learns how fast this machine is, as busy as it is now. */
  measure(rounds: number, ms: number): void {
    if (rounds < 2 ** (this.ours - 2)) return; // the way to the other process and back would count too much
    const sample = ms / rounds;
    this.msOfRound = this.msOfRound === undefined ? sample : this.msOfRound + (sample - this.msOfRound) / 8;
  }

  get isMeasured(): boolean {
    return this.msOfRound !== undefined;
  }

  /** How many rounds the time would have been enough for that PBKDF2 or scrypt has taken. */
  roundsIn(ms: number, password: string): number {
    const rounds = ms / (this.msOfRound ?? Infinity);
    this.overruns = rounds > this.roundsFor(password) ? this.overruns + 1 : 0;
    if (this.overruns >= OVERRUNS) this.expect(rounds);
    return rounds;
  }
}

/** Splits work into costs of hashes, the largest first: into `parts` of them, where it is enough for so many. */
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
