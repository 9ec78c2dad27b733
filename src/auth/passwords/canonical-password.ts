import { isTooLong, normalForm } from '../../http/text/normal-form';
import { LONGEST_PASSWORD } from './password-lengths';

/** NFC, so that equivalent spellings match. Text longer than any valid password is not worth normalizing. */
export const canonicalPassword = (password: string): string =>
  isTooLong(password, LONGEST_PASSWORD) ? password : normalForm(password, 'NFC');
