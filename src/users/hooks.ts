import type { RequestContext } from '../http/request-context';
import type { EntityManager } from 'typeorm';
import type { Principal } from '../access/principal';
import type { User } from './user.entity';

/** What the method of a hook is called with. */
export interface HookEvents {
  BeforeSignUp: { user: User; transaction: EntityManager; request?: RequestContext | undefined };
  AfterSignUp: { user: User; request?: RequestContext | undefined };
  BeforeLogIn: { user: User; request: RequestContext };
  AfterLogIn: { user: User; request: RequestContext };
  BeforeLogOut: { principal: Principal; request: RequestContext };
  BeforeDelete: { user: User; transaction: EntityManager; request?: RequestContext | undefined };
  AfterDelete: { user: User; request?: RequestContext | undefined };
}

type Hook<Name extends keyof HookEvents> = (event: HookEvents[Name]) => void | Promise<void>;
/** The compiler refuses it on a method that takes something else. */
type HookDecorator<Name extends keyof HookEvents> = <Method extends Hook<Name>>(
  target: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

const HOOK = Symbol('the hook that a method is');

const hook =
  <Name extends keyof HookEvents>(name: Name): HookDecorator<Name> =>
  (_target, _method, { value }) =>
    Reflect.defineMetadata(HOOK, name, value as object);

/** The hook that a method is, if it is one. */
export const hookOf = (method: object): keyof HookEvents | undefined =>
  Reflect.getMetadata(HOOK, method) as keyof HookEvents | undefined;

/**
 * In the transaction that has just stored the new account. An error, such as InvalidInput on a field, rolls it back.
 * Await nothing but the database.
 */
export const BeforeSignUp = () => hook('BeforeSignUp');
/** After the account is stored. An error is logged. */
export const AfterSignUp = () => hook('AfterSignUp');
/** After the credentials were verified and before there is a session. An error, such as ForbiddenException, refuses the log-in. */
export const BeforeLogIn = () => hook('BeforeLogIn');
/** In the new session, whose values the method may set. An error is logged. */
export const AfterLogIn = () => hook('AfterLogIn');
/** Before a user logs out. An error refuses the log-out. */
export const BeforeLogOut = () => hook('BeforeLogOut');
/** In the transaction that deletes the account, while its rows are still there. An error rolls it back. Await nothing but the database. */
export const BeforeDelete = () => hook('BeforeDelete');
/** After the account is deleted. An error is logged. */
export const AfterDelete = () => hook('AfterDelete');
