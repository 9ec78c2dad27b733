import type { Request } from 'express';

interface Layer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

/** The methods allowed at this path, or none if no route matches it (RFC 9110, 15.5.6). */
export function allowedMethods(request: Request): string[] {
  if (request.route) return []; // a handler answered 404: the route itself matched
  const { stack } = request.app.router as unknown as { stack: Layer[] };
  const methods = stack.flatMap((layer) =>
    layer.route && layer.match(request.path) ? Object.keys(layer.route.methods) : [],
  );
  return [...new Set(methods)].map((method) => method.toUpperCase()).sort();
}
