import { createHash } from 'node:crypto';
import type { User } from './user.entity';

/** What is stored in place of a hash begins with it, as Django does it: no password verifies. A backend or AuthService.logIn lets the user in. */
export const PASSWORD_ELSEWHERE = '!';

/** What such a user is told when they try to change or reset their password here. */
export const CHANGE_IT_THERE = 'Another system keeps the password of this account. Change it there.';

/**
 * For an account of this system and this user there: a name alone may be that of another person, in another system or
 * after a while in the same one.
 */
export const passwordAt = (system: string, subject: string): string =>
  `${PASSWORD_ELSEWHERE}${createHash('sha256')
    .update(JSON.stringify([system, subject]))
    .digest('base64url')}`;

export const hasPasswordElsewhere = ({ passwordHash }: Pick<User, 'passwordHash'>): boolean =>
  passwordHash.startsWith(PASSWORD_ELSEWHERE);
