import { canonicalEmail } from './email';
import type { User } from './user.entity';

/** The columns of an address that waits to be confirmed; of none, with null. */
export const pendingEmail = (email: string | null): Pick<User, 'pendingEmail' | 'pendingEmailCanonical'> => ({
  pendingEmail: email,
  pendingEmailCanonical: email && canonicalEmail(email),
});
