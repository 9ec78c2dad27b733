import { PATH_METADATA, REDIRECT_METADATA, RENDER_METADATA } from '@nestjs/common/constants';
import type { Request } from 'express';
import { ROUTES } from './latchkey-routes';

interface Layer {
  route?: { methods: Record<string, boolean>; stack: { handle: object }[] };
  match(path: string): boolean;
}

export interface RouteAt {
  methods: string[];
  /** A page of Latchkey, or a handler of the application with `@Render` or `@Redirect`. */
  isPage: boolean;
  isLatchkeys: boolean;
}

/**
 * The routes at the path of a request, whatever its method: a form may override it. Express has no public way to ask.
 * Nest copies the metadata of a handler to what it registers; a route without any counts as a page, which admits least.
 */
export function routesAt(request: Request): RouteAt[] {
  const { stack } = request.app.router as unknown as { stack: Layer[] };
  const path = request.baseUrl + request.path;
  return stack.flatMap((layer) => {
    if (!layer.route || !matches(layer, path)) return [];
    const { methods, stack: handlers } = layer.route;
    const has = (key: unknown, value?: unknown) =>
      handlers.some(({ handle }) => {
        const found: unknown = Reflect.getMetadata(key, handle);
        return found !== undefined && (value === undefined || found === value);
      });
    return [
      {
        methods: Object.keys(methods).map((method) => method.toUpperCase()),
        isPage: has(ROUTES, 'pages') || has(RENDER_METADATA) || has(REDIRECT_METADATA) || !has(PATH_METADATA),
        isLatchkeys: has(ROUTES),
      },
    ];
  });
}

export const isPageRoute = (request: Request): boolean => routesAt(request).some(({ isPage }) => isPage);

/** Express answers a path that cannot be decoded with 400. */
function matches(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}
