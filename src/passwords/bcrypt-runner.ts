/** Where bcrypt works. It is given digests and hashes, no peppers and no names. */
export abstract class BcryptRunner {
  /** @returns `$2b$…`, 60 characters. */
  abstract hash(text: string, cost: number): Promise<string>;

  /** @param hash `$2a$…` or `$2b$…`, well-formed. */
  abstract compare(text: string, hash: string): Promise<boolean>;
}
