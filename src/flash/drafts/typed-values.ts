import { withLineFeeds } from '../../http/text/line-ends';

/** Fields that are typed anew each time, and those that belong to one page alone. */
const NOT_KEPT = /password|token|secret|^(_csrf|_key|_method|next)$/i;

/** What somebody has typed into a form: fields that are texts and not empty, without secrets. */
export function typedValues(body: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body ?? {})
      .filter(
        (field): field is [string, string] =>
          typeof field[1] === 'string' && field[1] !== '' && !NOT_KEPT.test(field[0]),
      )
      .map(([name, text]) => [name, withLineFeeds(text)]),
  );
}
