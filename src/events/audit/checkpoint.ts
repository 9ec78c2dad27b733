/** An earlier end of the chain, from a log, a file or a previous verification. */
export interface Checkpoint {
  id: number;
  hash: string;
}
