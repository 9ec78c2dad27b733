import type { Flash } from './flash';

/** Every text that Latchkey flashes. */
export const FLASHES = {
  userCreated: { level: 'success', text: 'User Created!' },
  userUpdated: { level: 'success', text: 'User Updated!' },
  userDeleted: { level: 'success', text: 'User Deleted!' },
  invalidSubmission: { level: 'error', text: 'Invalid submission. Please try again.' },
  loggedIn: { level: 'success', text: "You've successfully logged in!" },
  alreadyLoggedIn: { level: 'info', text: 'You are already logged in.' },
  invalidCredentials: { level: 'error', text: 'Invalid credentials. Please try again.' },
  loggedOut: { level: 'info', text: 'You have been signed out.' },
  loginRequired: { level: 'warning', text: 'Please log in first' },
  notAuthorized: { level: 'error', text: 'Not Authorized' },
  messageCreated: { level: 'success', text: 'Message Created!' },
  messageUpdated: { level: 'success', text: 'Message Updated!' },
  messageDeleted: { level: 'success', text: 'Message Deleted!' },
} as const satisfies Record<string, Flash>;
