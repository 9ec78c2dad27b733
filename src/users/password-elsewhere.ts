import type { User } from './user.entity';

/** Stored in place of a hash, as Django does it: no password verifies. A backend or AuthService.logIn lets the user in. */
export const PASSWORD_ELSEWHERE = '!';

/** What such a user is told when they try to change or reset their password here. */
export const CHANGE_IT_THERE = 'Another system keeps the password of this account. Change it there.';

export const hasPasswordElsewhere = ({ passwordHash }: Pick<User, 'passwordHash'>): boolean =>
  passwordHash.startsWith(PASSWORD_ELSEWHERE);
