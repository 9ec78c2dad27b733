import { AlreadyTaken } from '../http/responses/already-taken';

/** The same error for a taken name, a lookalike and a reserved name, so it does not reveal which. */
export const nameTaken = () => new AlreadyTaken({ username: ['This name is taken.'] });
