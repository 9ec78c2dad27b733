import type { Request } from 'express';

interface Layer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

/** The methods that this address answers to when asked by another, or none when no route has it (RFC 9110, 15.5.6). */
export function allowedMethods(request: Request): string[] {
  if (request.route) return []; // a handler said 404: the address and its method are right
  const { stack } = request.app.router as unknown as { stack: Layer[] };
  const methods = stack.flatMap((layer) =>
    layer.route && layer.match(request.path) ? Object.keys(layer.route.methods) : [],
  );
  return [...new Set(methods)].map((method) => method.toUpperCase()).sort();
}
