import { canonicalEmail } from './email';
import type { User } from './user.entity';

/** The columns of a pending address, or of none (null). */
export const pendingEmail = (email: string | null): Pick<User, 'pendingEmail' | 'pendingEmailCanonical'> => ({
  pendingEmail: email,
  pendingEmailCanonical: email && canonicalEmail(email),
});
