import { type INestApplicationContext, RequestMethod, type Type } from '@nestjs/common';
import { GUARDS_METADATA, METHOD_METADATA, MODULE_PATH, PATH_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { isLatchkeyRoute, LatchkeyPages, ROUTES } from '../latchkey-routes';
import { Reach } from '../../options/reach';
import { THROTTLED_ACTION, UnthrottledSourceGuard } from '../../throttling/unthrottled-source.guard';
import { CorrectUserGuard } from '../../access/correct-user.guard';
import { IS_PUBLIC, OWNER, ROLES } from '../../access/decorators';
import { GuestOnlyGuard } from '../../access/guest-only.guard';
import { LoggedInGuard } from '../../access/logged-in.guard';
import { PermissionGuard, PERMISSIONS } from '../../access/permissions';
import { RolesGuard } from '../../access/roles.guard';
import { StepUpGuard } from '../../access/step-up/step-up.guard';

/** A route of the application or of Latchkey, and who may use it. */
export interface MappedRoute {
  /** Such as `GET`; `ALL` for every method. */
  method: string;
  /** As the decorators name it, without a global prefix and a version. */
  path: string;
  /** `Controller.method`. */
  handler: string;
  isLatchkey: boolean;
  /**
   * `everyone`: `@Public()`. `guests`: nobody who is logged in. `unguarded`: no guard decides, which only
   * `guards: 'manual'` allows.
   */
  admits: 'everyone' | 'guests' | 'users' | 'owner' | 'unguarded';
  /** The parameter with the owner's ID, or the name of the OwnerLoader. */
  owner?: string;
  roles?: readonly string[];
  /** All of them are needed. */
  permissions?: readonly string[];
  needsStepUp: boolean;
  /** What a blocked source may not do. */
  throttled?: string;
  /** The names of other guards. */
  guards: string[];
}

/** Every route with a handler, by path. Guards that `useGlobalGuards` adds are not seen. */
export function routeMap(app: INestApplicationContext): MappedRoute[] {
  const modules = app.get(ModulesContainer, { strict: false });
  const arePagesOff = !app.get(LatchkeyPages, { strict: false }).mayBeOn;
  const isGlobal = app.get(Reach, { strict: false }).guards === 'global';
  const routes = [...modules.values()].flatMap((module) =>
    [...module.controllers.values()].flatMap(({ metatype }) => {
      const controller = metatype as Type;
      if (arePagesOff && Reflect.getMetadata(ROUTES, controller) === 'pages') return [];
      const prefix: unknown = Reflect.getMetadata(MODULE_PATH + modules.applicationId, module.metatype);
      return routesOf(controller, typeof prefix === 'string' ? prefix : '', isGlobal);
    }),
  );
  return routes.sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
}

/** Whether it may change something: not GET, HEAD or OPTIONS. */
export const changesState = ({ method }: MappedRoute): boolean =>
  !['GET', 'HEAD', 'OPTIONS'].includes(method);

function routesOf(controller: Type, prefix: string, isGlobal: boolean): MappedRoute[] {
  const prototype = controller.prototype as Record<string, () => unknown>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const access = accessOf(controller, handler, isGlobal || isLatchkeyRoute(controller));
    return pathsOf(controller).flatMap((base) =>
      pathsOf(handler).map((path) => ({
        method: RequestMethod[method],
        path: joined(prefix, base, path),
        handler: `${controller.name}.${name}`,
        isLatchkey: isLatchkeyRoute(controller),
        ...access,
      })),
    );
  });
}

type Access = Pick<
  MappedRoute,
  'admits' | 'owner' | 'roles' | 'permissions' | 'needsStepUp' | 'throttled' | 'guards'
>;
type Guard = Type | object;

function accessOf(controller: Type, handler: () => unknown, isClosed: boolean): Access {
  const guards = [controller, handler].flatMap(
    (target) => (Reflect.getMetadata(GUARDS_METADATA, target) ?? []) as Guard[],
  );
  const has = (guard: Type): boolean => guards.some((one) => isA(one, guard));
  const metadata = (key: symbol): unknown =>
    Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller);
  const permissions = [controller, handler].flatMap(
    (target) => (Reflect.getMetadata(PERMISSIONS, target) ?? []) as string[],
  );
  const throttled = metadata(THROTTLED_ACTION) as string | undefined;
  return {
    admits: admitted(has, metadata(IS_PUBLIC) === true, isClosed),
    ...(has(CorrectUserGuard) && { owner: ownerOf(metadata(OWNER)) }),
    ...(permissions.length > 0 && { permissions }),
    ...(has(RolesGuard) && { roles: (metadata(ROLES) as string[] | undefined) ?? [] }),
    needsStepUp: has(StepUpGuard),
    ...(throttled !== undefined && { throttled }),
    guards: guards.filter((guard) => !SHOWN.some((shown) => guard === shown)).map(nameOf),
  };
}

/** These let no guest in, whether or not the route is public. */
const FOR_USERS = [RolesGuard, PermissionGuard, StepUpGuard];
/** Guards that the other properties of a route show. */
const SHOWN = [...FOR_USERS, CorrectUserGuard, LoggedInGuard, GuestOnlyGuard, UnthrottledSourceGuard];

function admitted(
  has: (guard: Type) => boolean,
  isPublic: boolean,
  isClosed: boolean,
): MappedRoute['admits'] {
  if (has(CorrectUserGuard)) return 'owner';
  if (FOR_USERS.some(has)) return 'users';
  if (has(GuestOnlyGuard)) return 'guests';
  if (isPublic) return 'everyone';
  return isClosed || has(LoggedInGuard) ? 'users' : 'unguarded';
}

/** Also a guard that extends it: an application's own CorrectUserGuard. */
const isA = (guard: Guard, type: Type): boolean =>
  guard === type || guard instanceof type || (typeof guard === 'function' && guard.prototype instanceof type);

const ownerOf = (owner: unknown): string =>
  typeof owner === 'function' ? owner.name : ((owner as string | undefined) ?? 'id');

const nameOf = (guard: Guard): string =>
  typeof guard === 'function' ? guard.name : (guard.constructor as Type).name;

/** A decorator takes one path or several. */
function pathsOf(target: object): string[] {
  const path: unknown = Reflect.getMetadata(PATH_METADATA, target);
  return (Array.isArray(path) ? path : [path]).map((part) => (typeof part === 'string' ? part : ''));
}

const joined = (...parts: string[]): string =>
  `/${parts.join('/')}`.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
