import type { Request } from 'express';
import type { Form } from './form';

interface ShownForm {
  title: string;
  params: Request['params'];
  userId: number | undefined;
  form: Form;
}

/** The view's variables for showing a form again: the path parameters and the form. */
export function formPageLocals({ title, params, userId, form }: ShownForm): object {
  return { title, ...params, userId, form };
}
