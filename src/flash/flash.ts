export type FlashLevel = 'success' | 'info' | 'warning' | 'error';

/** A text for the next page that its reader sees. */
export interface Flash {
  level: FlashLevel;
  text: string;
}
