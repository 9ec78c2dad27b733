import { canonicalEmail } from './email';
import type { NewUser } from './user-store';
import { canonicalUsername } from './username';

/** An account as it begins: its e-mail address waits to be confirmed. */
export function newUser(
  { username, email, passwordHash }: Pick<NewUser, 'username' | 'email' | 'passwordHash'>,
  now: number,
): NewUser {
  return {
    username,
    usernameCanonical: canonicalUsername(username),
    email,
    emailCanonical: null,
    emailVerifiedAt: null,
    pendingEmail: email,
    pendingEmailCanonical: email && canonicalEmail(email),
    passwordHash,
    role: 'user',
    securityVersion: 1,
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
  };
}
