import { ForbiddenException, HttpException } from '@nestjs/common';
import {
  AlreadyLoggedIn,
  isDenial,
  isRedirectingError,
  LoginRequired,
  NotAuthorized,
  CrossOriginRequest,
  ReauthenticationRequired,
} from './access-errors';

const handler = () => undefined;

describe('A refusal', () => {
  it.each([
    [new LoginRequired('idle', handler), 401, '/users/login', true, 'Please log in first'],
    [
      new ReauthenticationRequired(handler),
      403,
      '/account/reauthenticate',
      true,
      'You gave your password more than 10 minutes ago, or not yet in this session. Please confirm that it is still you.',
    ],
    [new NotAuthorized(), 403, '/users/welcome', false, 'Not Authorized'],
    [new AlreadyLoggedIn(), 409, '/users/welcome', false, 'You are already logged in.'],
  ])('leads a page’s reader somewhere else with a flash: %p', (error, status, path, returns, text) => {
    expect(error.getStatus()).toBe(status);
    expect(error).toMatchObject({ path, returns, flash: { text } });
    expect(isRedirectingError(error)).toBe(true);
  });

  it('knows what was not reached, where its reader may come back to it', () => {
    expect(new LoginRequired('idle', handler)).toMatchObject({ reason: 'idle', handler });
    expect(new ReauthenticationRequired(handler)).toMatchObject({ handler });
  });

  it.each([new CrossOriginRequest(), new ForbiddenException(), new Error('no refusal'), undefined])(
    'leads nowhere when it is none of these: %p',
    (error) => {
      expect(isRedirectingError(error)).toBe(false);
    },
  );

  it.each([
    [new NotAuthorized(), 'owner'],
    [new NotAuthorized('role'), 'role'],
    [new CrossOriginRequest(), 'origin'],
  ])('is told as a security event when somebody asked for what is not theirs: %p', (error, denied) => {
    expect(isDenial(error)).toBe(true);
    expect(error.denied).toBe(denied);
  });

  it.each([new LoginRequired(), new AlreadyLoggedIn(), new HttpException('another', 403)])(
    'is no such event otherwise: %p',
    (error) => {
      expect(isDenial(error)).toBe(false);
    },
  );
});
