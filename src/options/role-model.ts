import { SettingsError } from './load-settings';

/** Latchkey's own. */
const BASE = ['user', 'admin'];
/** Users store several, separated by commas. */
const NAME = /^[a-z][a-z\d_-]{0,30}$/i;

/** The roles of users, and what each permits. */
export class RoleModel {
  roles: readonly string[] = BASE;
  permissions: Readonly<Record<string, readonly string[]>> = {};
}

/** @param options as they come, so their types may be wrong. @throws SettingsError */
export function roleModelOf(roles: unknown = [], permissions: unknown = {}): RoleModel {
  if (!Array.isArray(roles) || !roles.every((role) => NAME.test(String(role))))
    throw new SettingsError(['roles may be a list of names of letters, digits, - and _, such as manager']);
  const all = [...new Set([...BASE, ...(roles as string[])])];
  if (typeof permissions !== 'object' || permissions === null)
    throw new SettingsError(['permissions may be an object of roles and their permissions']);
  const problems = Object.entries(permissions).flatMap(([role, granted]: [string, unknown]) => {
    if (!all.includes(role)) return [`permissions.${role} is not a role: name it in roles`];
    return Array.isArray(granted) && granted.every((one) => typeof one === 'string' && one !== '')
      ? []
      : [`permissions.${role} may be a list of texts, such as invoice:approve`];
  });
  if (problems.length > 0) throw new SettingsError(problems);
  // Without a prototype: a role cannot have the permissions of `constructor`.
  return {
    roles: all,
    permissions: Object.assign(Object.create(null), permissions) as RoleModel['permissions'],
  };
}
