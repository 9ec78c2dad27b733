/** An end that the chain has had, as a log, a file or an earlier verification tells it. */
export interface Checkpoint {
  id: number;
  hash: string;
}
