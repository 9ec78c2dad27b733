import type { Request, Response } from 'express';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import { isApiRequest } from '../../http/page-request';
import type { Flash } from '../../flash/flash';
import { hasSession } from '../../sessions/session-service';
import type { Answer } from './submission-errors';

/** What a repeated answer says too. */
const HEADERS = ['Location', 'Content-Type', 'Clear-Site-Data'];
const TAKES_AWAY = /=;.*; Expires=Thu, 01 Jan 1970 00:00:00 GMT/;
/** In characters; no answer to a change is as long. */
const LONGEST_BODY = 65_536;

/** What came of a submission: how it was answered, and who its browser was then. */
export interface Outcome extends Answer {
  readonly flashes: Record<string, Flash>;
  /**
   * The session that the browser has since then, by the hash of its ID, and those that were started beside it because the
   * answer was lost; none for a guest.
   */
  readonly sessions: string[];
  readonly userId: number | null;
  /** Whether the device is remembered since then. */
  readonly isRemembered: boolean;
  /** A form that was refused for its password: a second click is not a second guess. */
  readonly isWrongPassword?: boolean;
}

/** Notes what is sent, as far as an outcome needs it. To be called before anything is. */
export function noteBody(response: Response): () => string | null {
  let body: unknown = null;
  const end = response.end.bind(response) as (...parts: unknown[]) => Response;
  response.end = ((...parts: unknown[]) => {
    [body] = parts;
    return end(...parts);
  }) as Response['end'];
  return () => {
    const text = Buffer.isBuffer(body) ? body.toString() : body;
    return typeof text === 'string' && text !== '' ? text : null;
  };
}

/**
 * What a repetition would need to know, when the answer is complete and the session stored.
 * @param formerFamilyId what the device was remembered as when the request came.
 * @returns null when nothing came of it that should not happen twice, or nothing that could be repeated.
 */
export function outcomeOf(
  request: Request,
  response: Response,
  body: string | null,
  formerFamilyId: string | undefined,
): Outcome | null {
  const { statusCode: status } = response;
  const isApi = isApiRequest(request);
  // In the API the same key may come again with the right password.
  const isWrongPassword = !isApi && request.passwordTry === 'wrong';
  const isDone = isApi ? status >= 200 && status < 300 : status >= 300 && status < 400;
  const isRepeatable = isDone && !request.hasFailed && (body?.length ?? 0) <= LONGEST_BODY;
  if (!isRepeatable && !isWrongPassword) return null;

  const cookies = [response.get('Set-Cookie') ?? []].flat();
  const { userId, familyId } = hasSession(request) ? request.session : {};
  return {
    status,
    headers: Object.fromEntries(
      HEADERS.flatMap((name) => {
        const value = response.get(name);
        return value === undefined || (!isApi && name === 'Content-Type') ? [] : [[name, value]];
      }),
    ),
    body: isApi ? body : null,
    clearedCookies: cookies.filter((line) => TAKES_AWAY.test(line)),
    flashes: request.newFlashes ?? {},
    sessions: hasSession(request) ? [hashOfSessionId(request.sessionID)] : [],
    userId: userId ?? null,
    isRemembered: familyId !== undefined && familyId !== formerFamilyId,
    isWrongPassword,
  };
}
