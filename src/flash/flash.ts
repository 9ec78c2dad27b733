export type FlashLevel = 'success' | 'info' | 'warning' | 'error';

/** A message that the user's next page shows once. */
export interface Flash {
  level: FlashLevel;
  text: string;
}

export const FLASHES = {
  userCreated: { level: 'success', text: 'User Created!' },
  userUpdated: { level: 'success', text: 'User Updated!' },
  userDeleted: { level: 'success', text: 'User Deleted!' },
  passwordUpdated: { level: 'success', text: 'Password Updated!' },
  passwordReadInPart: {
    level: 'warning',
    text: 'Your password comes from an earlier system, which checked only its beginning. Please change it, or set it again, under Your account.',
  },
  invalidSubmission: { level: 'error', text: 'Invalid submission. Please try again.' },
  loggedIn: { level: 'success', text: "You've successfully logged in!" },
  alreadyLoggedIn: { level: 'info', text: 'You are already logged in.' },
  invalidCredentials: { level: 'error', text: 'Invalid credentials. Please try again.' },
  emailUnconfirmed: {
    level: 'error',
    text: 'Confirm your e-mail address before you log in. The link to do so goes there again, at most five times in an hour.',
  },
  tooManyDevices: {
    level: 'error',
    text: 'You are logged in on too many devices. Log out on one of them first.',
  },
  loggedOut: { level: 'info', text: 'You have been signed out.' },
  loginRequired: { level: 'warning', text: 'Please log in first' },
  reauthenticationRequired: {
    level: 'info',
    text: 'You gave your password more than 10 minutes ago, or not yet in this session. Please confirm that it is still you.',
  },
  notSavedYet: { level: 'info', text: 'What you wrote is not saved yet. Check it, then send it again.' },
  notAuthorized: { level: 'error', text: 'Not Authorized' },
  idle: { level: 'info', text: 'You have been signed out after a while without activity.' },
  absolute: { level: 'info', text: 'Your session has reached its time limit. Please log in again.' },
  revoked: { level: 'warning', text: 'This session was ended from another device.' },
  evicted: { level: 'warning', text: 'You have logged in on too many devices; this one was signed out.' },
  passwordChanged: { level: 'warning', text: 'Your password was changed; please log in again.' },
  roleChanged: { level: 'warning', text: 'What you may do has changed; please log in again.' },
  userDisabled: { level: 'warning', text: 'Your account has been disabled.' },
  accountDeleted: { level: 'warning', text: 'This account was deleted.' },
  theft: {
    level: 'error',
    text: 'We ended your sessions because a log-in cookie was used twice. Please log in again and change your password.',
  },
  emailChangeRequested: {
    level: 'info',
    text: 'The new address takes effect when you open the link that goes there, and confirm. At most five links go to one address in an hour.',
  },
  emailGiven: {
    level: 'info',
    text: 'To confirm your e-mail address, open the link that goes there. If it does not come, check your spam folder. At most five links go to one address in an hour.',
  },
  emailConfirmationSent: {
    level: 'info',
    text: 'The link to confirm your address goes there again, unless it went there five times in the last hour.',
  },
  emailChangeCancelled: { level: 'success', text: 'Your e-mail address stays as it is.' },
  emailConfirmed: { level: 'success', text: 'Your e-mail address is confirmed.' },
  emailRemoved: { level: 'success', text: 'Your e-mail address was removed.' },
  emailTaken: { level: 'error', text: 'Another account has confirmed this e-mail address already.' },
  passwordResetRequested: {
    level: 'info',
    text: 'If an account has this e-mail address, a link to choose a new password goes there, at most five times in an hour.',
  },
  passwordReset: { level: 'success', text: 'Password Updated! Please log in with the new one.' },
  sessionEnded: { level: 'success', text: 'The session was ended.' },
  otherSessionsEnded: { level: 'success', text: 'All other sessions were ended.' },
  messageCreated: { level: 'success', text: 'Message Created!' },
  messageUpdated: { level: 'success', text: 'Message Updated!' },
  messageDeleted: { level: 'success', text: 'Message Deleted!' },
} as const satisfies Record<string, Flash>;
