import type { Form } from './form';

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
