import type { ServerResponse } from 'node:http';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import type { RequestContext, ResponseContext } from '../../http/request-context';
import type { Flash } from '../../flash/flash';
import { SESSION_ID_HEADER } from '../../sessions/bearer-sessions';
import { hasSession } from '../../sessions/session-service';
import type { StoredResponse } from './submission-errors';

/** Headers that a repeated response includes. */
const HEADERS = ['Location', 'Content-Type', 'Clear-Site-Data'];
const CLEARS_COOKIE = /=;.*; Expires=Thu, 01 Jan 1970 00:00:00 GMT/;
/** In characters. Responses to changes are shorter. */
const LONGEST_BODY = 65_536;

/** The response to a submission and the principal that its browser then had. */
export interface Outcome extends StoredResponse {
  readonly flashes: Record<string, Flash>;
  /**
   * ID hashes of the browser's session after the response and of sessions started later because the response was
   * lost. Empty for a guest.
   */
  readonly sessions: string[];
  readonly userId: number | null;
  /** Whether this request issued a remember-me token. */
  readonly isRemembered: boolean;
  /** The throttle must not count a double click as two password guesses. */
  readonly isWrongPassword?: boolean;
}

/** Captures the response body. Call it before anything is sent. */
export function noteBody(response: ResponseContext): () => string | null {
  let body: unknown = null;
  const end = response.end.bind(response) as (...parts: unknown[]) => ServerResponse;
  response.end = ((...parts: unknown[]) => {
    [body] = parts;
    return end(...parts);
  }) as ServerResponse['end'];
  return () => {
    const text = Buffer.isBuffer(body) ? body.toString() : body;
    return typeof text === 'string' && text !== '' ? text : null;
  };
}

/**
 * Collects the outcome. Call it when the response is complete and the session is stored.
 * @param formerFamilyId the remember-me family when the request arrived.
 * @returns null if processing the request again does no harm or its response cannot be repeated.
 */
export function outcomeOf(
  request: RequestContext,
  response: ResponseContext,
  body: string | null,
  formerFamilyId: string | undefined,
): Outcome | null {
  const { statusCode: status } = response;
  const { isApi } = request;
  // API clients may reuse the key with the right password.
  const isWrongPassword = !isApi && request.passwordTry === 'wrong';
  const isDone = isApi ? status >= 200 && status < 300 : status >= 300 && status < 400;
  const isRepeatable = isDone && !request.hasFailed && (body?.length ?? 0) <= LONGEST_BODY;
  if (!isRepeatable && !isWrongPassword) return null;
  // A body with a session ID is never stored: it is a credential.
  const sessionId = response.getHeader(SESSION_ID_HEADER);
  if (typeof sessionId === 'string' && body?.includes(sessionId)) return null;

  const cookies = [response.getHeader('Set-Cookie') ?? []].flat().map(String);
  const { userId, familyId } = hasSession(request) ? request.session : {};
  return {
    status,
    headers: Object.fromEntries(
      HEADERS.flatMap((name) => {
        const value = response.getHeader(name);
        return value === undefined || (!isApi && name === 'Content-Type') ? [] : [[name, String(value)]];
      }),
    ),
    body: isApi ? body : null,
    clearedCookies: cookies.filter((line) => CLEARS_COOKIE.test(line)),
    flashes: request.flashes?.added ?? {},
    sessions: hasSession(request) ? [hashOfSessionId(request.sessionID)] : [],
    userId: userId ?? null,
    isRemembered: familyId !== undefined && familyId !== formerFamilyId,
    isWrongPassword,
  };
}
