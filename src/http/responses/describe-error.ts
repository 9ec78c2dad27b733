import { HttpException, ServiceUnavailableException } from '@nestjs/common';
import { isDatabaseUnavailable } from '../../database/database-unavailable';
import type { FieldErrors } from '../problem';
import type { Flash } from '../../flash/flash';

export interface ErrorDescription {
  status: number;
  detail: string;
  errors?: FieldErrors;
  flash?: Flash;
  /** Why a session ended, or what is missing. */
  reason?: string;
  headers: Record<string, string>;
}

/** The errors of body-parser by type. */
const UNREADABLE: Record<string, { status: number; detail: string }> = {
  'entity.too.large': { status: 413, detail: 'What you sent is larger than 100 kB.' },
  'parameters.too.many': { status: 413, detail: 'The form has too many fields.' },
  'entity.parse.failed': { status: 400, detail: 'The body could not be read.' },
  'charset.unsupported': { status: 415, detail: 'Only the UTF-8 character set is understood.' },
  'encoding.unsupported': { status: 415, detail: 'This content encoding is not understood.' },
  'request.aborted': { status: 400, detail: 'The request ended early.' },
  'request.size.invalid': { status: 400, detail: 'The body is not as long as its Content-Length says.' },
};

const GENERIC: Record<number, string> = {
  400: 'The request could not be understood.',
  404: 'There is nothing at this address.',
  500: 'Something went wrong on our side. It has been noted.',
};

const AWAY = 'The database does not answer. Please try again in a moment.';
const SECONDS_TO_WAIT = 1;

/** The part of an error that is safe for clients: never a stack, a query or a server path. */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof HttpException) return describeHttpException(error);
  if (isDatabaseUnavailable(error)) return describeHttpException(new ServiceUnavailableException(AWAY));
  if (error instanceof URIError) return { status: 400, detail: GENERIC[400], headers: {} };

  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  const known = UNREADABLE[String(type)];
  if (known) return { ...known, headers: {} };
  const isClientError = typeof status === 'number' && status >= 400 && status < 500;
  return isClientError
    ? { status, detail: GENERIC[400], headers: {} }
    : { status: 500, detail: GENERIC[500], headers: {} };
}

/** What our own errors add to Nest's. */
interface Extras {
  errors?: FieldErrors;
  flash?: Flash;
  reason?: string;
  retryAfter?: number;
}

function describeHttpException(error: HttpException): ErrorDescription {
  const status = error.getStatus();
  const {
    errors,
    flash,
    reason,
    retryAfter = status === 503 ? SECONDS_TO_WAIT : undefined,
  } = error as HttpException & Extras;
  return {
    status,
    detail: status === 404 || status === 500 ? GENERIC[status] : error.message,
    errors,
    flash,
    reason,
    headers: retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) },
  };
}
