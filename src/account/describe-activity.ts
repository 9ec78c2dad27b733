import type { SecurityEventName } from '../events/bus/security-event';

type Details = Record<string, unknown>;

const ENDED: Record<string, string> = {
  logged_out: 'Logged out',
  idle: 'Signed out after a while without activity',
  absolute: 'Signed out at the time limit of a session',
  revoked: 'A session was ended from another device',
  evicted: 'A session was ended by a newer one: you were logged in on too many devices',
  password_changed: 'A session was ended by a change of the password',
  role_changed: 'A session was ended by a change of what you may do',
  user_disabled: 'A session was ended because the account was disabled',
  theft: 'A session was ended because its log-in cookie was used twice',
};

const REFUSED: Record<string, string> = {
  owner: 'Blocked: that page belongs to another user',
  role: 'Tried to open what is not for you, and was refused',
  origin: 'Another site tried to act in your name, and was refused',
};

const TEXTS: Partial<Record<SecurityEventName, string | ((details: Details) => string | undefined)>> = {
  'account.exported': 'Exported your data',
  'access.denied': ({ because }) => REFUSED[String(because)],
  'auth.accountLocked': 'Too many wrong passwords: only devices that you know are let in for a while',
  'auth.loggedIn': ({ isRemembered }) => (isRemembered ? 'Logged in, to be remembered' : 'Logged in'),
  'auth.loginFailed': 'A log-in with a wrong password was refused',
  'auth.reauthenticated': 'Confirmed that it was you',
  'auth.recalled': 'Logged in by a device that is remembered',
  'audit.refusalsCounted': 'Further tries were refused',
  'auth.throttled': 'A try to log in came too early, and was refused',
  'session.ended': ({ reason }) => ENDED[String(reason)],
  'session.manyEnded': ({ reason, count }) => `${ENDED[String(reason)]} (${Number(count)} sessions)`,
  'rememberMe.tokenReplayed': 'A log-in cookie was used twice: it may have been copied',
  'password.changed': 'Changed the password',
  'password.resetRequested': 'A new password was asked for by e-mail',
  'password.reset': 'Chose a new password by e-mail',
  'email.changeRequested': 'Asked for another e-mail address',
  'email.confirmed': 'Confirmed an e-mail address',
  'email.changed': 'Changed the e-mail address',
  'email.removed': 'Removed the e-mail address',
  'role.changed': ({ role }) => describeRoles(String(role)),
  'user.signedUp': 'Signed up',
  'user.renamed': 'Changed the username',
  'user.disabled': 'The account was disabled',
  'user.enabled': 'The account was enabled again',
};

/** Describes an event to its user. An event without a text shows its name. */
export function describeActivity({ name, details }: { name: string; details: string }): string {
  const text = TEXTS[name as SecurityEventName];
  const description = typeof text === 'function' ? text(JSON.parse(details) as Details) : text;
  return description ?? name;
}

function describeRoles(roles: string): string {
  if (roles === 'admin') return 'Was made an admin';
  return roles === 'user' ? 'Is no admin any more' : `Got the roles ${roles.replaceAll(',', ', ')}`;
}
