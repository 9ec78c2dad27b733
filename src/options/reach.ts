/** What Latchkey does to routes that are not its own. */
export class Reach {
  /** 'global' closes every route that is not `@Public()`; 'manual' leaves it to guards on the routes. */
  guards: 'global' | 'manual' = 'global';
  /** 'global' also validates the input of every route and turns every error into Latchkey's pages and problems. */
  errors: 'global' | 'own' = 'global';
}
