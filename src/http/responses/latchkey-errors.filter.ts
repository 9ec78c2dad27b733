import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import {
  AlreadyLoggedIn,
  CrossOriginRequest,
  LoginRequired,
  NotAuthorized,
  ReauthenticationRequired,
} from '../../access/access-errors';
import { KeyReused, RepeatedSubmission, UnknownOutcome } from '../../access/submissions/submission-errors';
import { DatabaseUnavailable } from '../../database/database-unavailable';
import { SessionRefused, SessionStoreUnavailable } from '../../sessions/session-errors';
import { TooManyAttempts } from '../../throttling/too-many-attempts';
import { InvalidInput, Overloaded } from '../errors';
import { AlreadyTaken } from './already-taken';
import { AnyExceptionFilter } from './exception.filter';

/** Answers the errors of Latchkey's own routes. Each controller's module creates one, so it looks up what it needs. */
@Catch()
@Injectable()
export class LatchkeyRoutesFilter implements ExceptionFilter {
  constructor(private readonly modules: ModuleRef) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    return this.modules.get(AnyExceptionFilter, { strict: false }).catch(error, host);
  }
}

/** Answers what Latchkey's guards, middlewares and services refuse on routes of the application. */
@Catch(
  AlreadyLoggedIn,
  AlreadyTaken,
  CrossOriginRequest,
  DatabaseUnavailable,
  InvalidInput,
  KeyReused,
  LoginRequired,
  NotAuthorized,
  Overloaded,
  ReauthenticationRequired,
  RepeatedSubmission,
  SessionRefused,
  SessionStoreUnavailable,
  TooManyAttempts,
  UnknownOutcome,
)
export class LatchkeyErrorsFilter implements ExceptionFilter {
  constructor(private readonly filter: AnyExceptionFilter) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    return this.filter.catch(error, host);
  }
}
