import { canonicalEmail } from './email';
import type { NewUser } from './user-store';
import { canonicalUsername } from './username';

/** A new account, whose e-mail address is not yet confirmed. */
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
