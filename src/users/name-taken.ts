import { AlreadyTaken } from '../http/responses/already-taken';

/** One answer for a name that another user has, one that looks like it, and one that is reserved: none tells which. */
export const nameTaken = () => new AlreadyTaken({ username: ['This name is taken.'] });
