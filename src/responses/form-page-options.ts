export const FORM_PAGE = Symbol('the page that is shown again');

export interface FormPageOptions {
  view: string;
  title: string;
}
