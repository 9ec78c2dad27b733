import { RowList } from '../database/row-list';
import type { User } from './user.entity';

/** What a list shows of a user: the e-mail address only to its owner. */
export type ListedUser = Pick<User, 'id' | 'username' | 'email' | 'emailVerifiedAt' | 'createdAt'>;

type Row = Omit<ListedUser, 'emailVerifiedAt' | 'createdAt'> & {
  emailVerifiedAt: number | string | null;
  createdAt: number | string;
};

/** All users, oldest first. */
export const USERS = new RowList<Row, ListedUser>({
  columns: {
    id: 'id',
    username: 'username',
    email: 'email',
    emailVerifiedAt: 'email_verified_at',
    createdAt: 'created_at',
  },
  from: 'users',
  order: 'ASC',
  item: ({ emailVerifiedAt, createdAt, ...user }) => ({
    ...user,
    emailVerifiedAt: emailVerifiedAt === null ? null : Number(emailVerifiedAt),
    createdAt: Number(createdAt),
  }),
});
