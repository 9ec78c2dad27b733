/** Which routes Latchkey has and where, and what it does to those of the application. */
export class Reach {
  /** 'global' closes every route that is not `@Public()`; 'manual' leaves it to guards on the routes. */
  guards: 'global' | 'manual' = 'global';
  /** 'global' also validates the input of every route and turns every error into Latchkey's pages and problems. */
  errors: 'global' | 'latchkey' = 'global';
  /** Features that are there, so that pages link to them. */
  features: Record<string, boolean> = {};
  /** Whether Latchkey's pages may be there. */
  pages = true;
  /** In front of the paths of Latchkey's routes, such as `/auth`, or ''. */
  basePath = '';
}
