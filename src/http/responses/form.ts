import type { FieldErrors } from '../problem';

/** The IDs of fields on a page, where they differ from the names. */
export type FieldIds = Record<string, string>;

/** What a view needs to show a form: the input and the errors by the ID of the field, and a summary. */
export interface Form {
  values: Record<string, string>;
  errors: Record<string, string>;
  summary: { field: string; text: string }[];
}

/** @param values strings by field. Drops secrets, so a password is never sent back, and other types. */
export function form(
  values: Record<string, unknown> = {},
  errors: FieldErrors = {},
  ids: FieldIds = {},
): Form {
  const idOf = (name: string) => (Object.hasOwn(ids, name) ? ids[name] : name);
  const summary = Object.entries(errors).map(([name, texts]) => ({
    field: idOf(name),
    text: texts.join(' '),
  }));
  return {
    values: Object.fromEntries(
      Object.entries(values)
        .filter(
          (entry): entry is [string, string] => typeof entry[1] === 'string' && !/password/i.test(entry[0]),
        )
        .map(([name, value]) => [idOf(name), value]),
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
