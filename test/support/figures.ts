/** What a suite has measured, for whoever runs it by hand with FIGURES=1. */
export function tellFigures(what: string, figures: object): void {
  if (process.env.FIGURES) process.stderr.write(`${what}: ${JSON.stringify(figures)}\n`);
}
