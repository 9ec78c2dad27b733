/**
 * The names of roles. An application adds its own, and names them in the option `roles`.
 * @example declare module 'latchkey' { interface RoleNames { manager: true } }
 */
export interface RoleNames {
  user: true;
  admin: true;
}

export type Role = keyof RoleNames;

/**
 * The names of permissions, if an application wants them checked by the compiler. Otherwise any text is one.
 * @example declare module 'latchkey' { interface PermissionNames { 'invoice:approve': true } }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the application fills it by declaration merging
export interface PermissionNames {}

export type Permission = keyof PermissionNames extends never
  ? string
  : Extract<keyof PermissionNames, string>;
