/** One mail to one address, in plain text. */
export interface Mail {
  /** The address alone, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}
