/** One plain-text mail to one address. */
export interface Mail {
  /** The address only, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}
