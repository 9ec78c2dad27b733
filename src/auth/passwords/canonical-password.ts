import { isTooLong, normalForm } from '../../http/text/normal-form';
import { LONGEST_PASSWORD } from './password-lengths';

/** The one form of a password by which two are the same. One that is too long to be set is no spelling of another. */
export const canonicalPassword = (password: string): string =>
  isTooLong(password, LONGEST_PASSWORD) ? password : normalForm(password, 'NFC');
