import type { FieldErrors } from '../problem';

/** What a view needs to show a form: the input, and the errors by field and in a summary. */
export interface Form {
  values: Record<string, string>;
  errors: Record<string, string>;
  summary: { field: string; text: string }[];
}

/** @param values strings by field. Drops secrets, so a password is never sent back, and other types. */
export function form(values: Record<string, unknown> = {}, errors: FieldErrors = {}): Form {
  const summary = Object.entries(errors).map(([field, texts]) => ({ field, text: texts.join(' ') }));
  return {
    values: Object.fromEntries(
      Object.entries(values).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string' && !/password/i.test(entry[0]),
      ),
    ),
    errors: Object.fromEntries(summary.map(({ field, text }) => [field, text])),
    summary,
  };
}

interface ShownForm {
  title: string;
  params: Record<string, string | string[]>;
  userId: number | undefined;
  form: Form;
}

/** The view's variables for showing a form again: the path parameters and the form. */
export function formPageLocals({ title, params, userId, form }: ShownForm): object {
  return { title, ...params, userId, form };
}
