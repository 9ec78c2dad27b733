import { canonicalEmail } from './email';
import type { NewUser } from './user-store';
import { canonicalUsername } from './username';
import type { User } from './user.entity';

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
    roles: ['user'],
    securityVersion: 1,
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** The columns of a pending address, or of none (null). */
export const pendingEmail = (email: string | null): Pick<User, 'pendingEmail' | 'pendingEmailCanonical'> => ({
  pendingEmail: email,
  pendingEmailCanonical: email && canonicalEmail(email),
});

/** Whether the user has given this address before and it still stands, confirmed or not. */
export const hasGiven = (user: Pick<User, 'email' | 'pendingEmail'>, email: string): boolean =>
  [user.email, user.pendingEmail].some(
    (given) => given !== null && canonicalEmail(given) === canonicalEmail(email),
  );
