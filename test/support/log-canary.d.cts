export function searchLogs(folder: string): {
  secrets: number;
  lines: number;
  /** The lines are masked. */
  leaks: { what: string; line: string }[];
};
