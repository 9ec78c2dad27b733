export type FlashLevel = 'success' | 'info' | 'warning' | 'error';

/** A message that the user's next page shows once. */
export interface Flash {
  level: FlashLevel;
  text: string;
}
