/** Prints the measurements of a suite if FIGURES=1 is set. */
export function tellFigures(what: string, figures: object): void {
  if (process.env.FIGURES) process.stderr.write(`${what}: ${JSON.stringify(figures)}\n`);
}
