import { withLineFeeds } from '../../http/text/normal-form';

/** Secrets, which users must retype, and fields that are valid only for one page. */
const NOT_KEPT = /password|token|secret|^(_csrf|_key|_method|next)$/i;

/** The non-empty text fields of a form, without secrets. */
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
