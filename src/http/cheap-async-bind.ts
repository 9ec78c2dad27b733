import { AsyncResource } from 'node:async_hooks';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Replaces `AsyncResource.bind` by one without the deprecated property `asyncResource` (Node's DEP0172). Nest
 * calls it twice for each interceptor of a request, and up to version 24 Node then sets four prototypes. That
 * is slow, and it keeps objects of the request until a major garbage collection: docs/adr/0012.
 *
 * It changes the whole process. So only an application calls it, once, when it starts.
 */
export function useCheapAsyncBind(): void {
  AsyncResource.bind = ((target: AnyFunction, type?: string, thisArg?: unknown): AnyFunction => {
    const resource = new AsyncResource(type ?? (target.name || 'bound-anonymous-fn'));
    return function (this: unknown, ...args: unknown[]): unknown {
      return resource.runInAsyncScope(target, thisArg ?? this, ...args);
    };
  }) as typeof AsyncResource.bind;
}
