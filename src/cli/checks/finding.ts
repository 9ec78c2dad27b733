export interface Finding {
  state: 'ok' | 'warning' | 'refused';
  what: string;
  /** How to fix it, unless `state` is `ok`. */
  remedy?: string;
}

export const ok = (what: string): Finding => ({ state: 'ok', what });
export const warning = (what: string, remedy: string): Finding => ({ state: 'warning', what, remedy });
export const refused = (what: string, remedy: string): Finding => ({ state: 'refused', what, remedy });

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
