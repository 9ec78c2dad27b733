/** Beyond this share of CPU time of other processes, a sample counts only if there is no better one. */
const DISTURBED = 0.15;

function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const shown = (value) => (value < 100 ? value.toFixed(value < 1 ? 2 : 1) : value.toFixed(0));

/** Everything that was measured. */
export class Samples {
  #all = [];

  constructor(say) {
    this.say = say;
    this.note = this.note.bind(this);
  }

  /** @param part what of the measure, if it has several: `welcome` of `pages`, say. */
  note(measure, { name }, { foreign, ...values }, part) {
    const said = Object.entries(values).map(([metric, value]) => `${metric} ${shown(value)}`);
    if (foreign !== undefined) said.push(`others ${(foreign * 100).toFixed(0)} %`);
    this.say(`${[measure, name, part].filter(Boolean).join(' ')}: ${said.join(', ')}`);
    for (const [metric, value] of Object.entries(values))
      this.#all.push({ measure, name, metric: part ? `${part}.${metric}` : metric, value, foreign });
  }

  #of(measure, name, metric) {
    const all = this.#all.filter(
      (one) => one.measure === measure && one.name === name && one.metric === metric,
    );
    const calm = all.filter(({ foreign = 0 }) => foreign <= DISTURBED);
    return (calm.length > 0 ? calm : all).map(({ value }) => value);
  }

  /** @returns the median, or undefined where nothing was measured. */
  median(measure, name, metric) {
    const values = this.#of(measure, name, metric);
    return values.length > 0 ? median(values) : undefined;
  }

  /** @returns how far the samples lie apart, half of it, as a share of their median. */
  spread(measure, name, metric) {
    const values = this.#of(measure, name, metric);
    return values.length > 1 ? (Math.max(...values) - Math.min(...values)) / 2 / median(values) : undefined;
  }

  has(measure, name) {
    return this.#all.some((one) => one.measure === measure && one.name === name);
  }
}
