import type { Request } from 'express';
import type { Form } from './form';

/** Whose form a page shows, and where it was sent. */
interface ShownForm {
  title: string;
  params: Request['params'];
  userId: number | undefined;
  form: Form;
}

/** What the view of a form is given when it is shown again: the parameters of its path beside the form. */
export function formPageLocals({ title, params, userId, form }: ShownForm): object {
  return { title, ...params, userId, form };
}
