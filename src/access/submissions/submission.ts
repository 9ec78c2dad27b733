import { randomBytes } from 'node:crypto';
import { BadRequestException, Injectable } from '@nestjs/common';
import { hashOfSessionId, type RequestContext } from '../../http/request-context';
import { isApiRequest } from '../../http/page-request';
import { SessionCookie } from '../../sessions/session-cookie';
import { Signer } from '../../sessions/signer';

/** Forms send their key in a field, API clients in a header (draft-ietf-httpapi-idempotency-key-header). */
const KEY_FIELD = '_key';
export const KEY_HEADER = 'Idempotency-Key';

/** 16 characters make accidental collisions unlikely. The draft's quotation marks are optional. */
const CLIENTS_KEY = /^("?)([\x21\x23-\x7e]{16,255})\1$/;

/** A request that takes effect once, even if it arrives several times. */
export interface Submission {
  /** Primary key of its row. */
  readonly idHash: string;
  /** HMAC of the key, method, URL and fields. */
  readonly digest: string;
  /** Hash of the correctly signed session ID in the request, whether or not the session is live. */
  readonly sessionIdHash: string | null;
  /** Encryption key of the outcome. Deriving it takes both the submission's key and the server's secret. */
  readonly seal: string;
}

/** Key for a rendered form. The server stores nothing until the user submits the form. */
export const newFormKey = (): string => randomBytes(16).toString('base64url');

/** Identifies repeated requests by their keys. */
@Injectable()
export class Submissions {
  constructor(
    private readonly signer: Signer,
    private readonly cookie: SessionCookie,
  ) {}

  /**
   * Removes the key from the request, so that handlers see only their own fields.
   * @returns null without a key.
   */
  take(request: RequestContext): Submission | null {
    const isApi = isApiRequest(request);
    const key = isApi ? clientsKey(request) : formKey(request);
    if (key === null) return null;
    // Includes the key, which is not stored: a stolen table and secret do not allow guessing passwords.
    const digest = this.signer.sign('submission', `${key} ${whatIsAsked(request)}`);
    const id = this.cookie.verifiedId(request);
    return {
      // A form key with other fields makes another submission. In the API that is a client error (KeyReused).
      idHash: this.signer.sign('submission id', isApi ? `api ${key}` : `form ${digest}`),
      digest,
      sessionIdHash: id === undefined ? null : hashOfSessionId(id),
      seal: this.signer.sign('submission outcome', `${key} ${digest}`),
    };
  }
}

function formKey(request: RequestContext): string | null {
  const body = (request.body ?? {}) as Record<string, unknown>;
  const key = body[KEY_FIELD];
  Reflect.deleteProperty(body, KEY_FIELD);
  return typeof key === 'string' && /^[\w-]{22}$/.test(key) ? key : null;
}

function clientsKey(request: RequestContext): string | null {
  const text = request.get(KEY_HEADER);
  if (text === undefined) return null;
  const key = CLIENTS_KEY.exec(text)?.[2];
  if (key === undefined) {
    throw new BadRequestException(
      `${KEY_HEADER} takes 16 to 255 printable ASCII characters, such as a UUID.`,
    );
  }
  return key;
}

function whatIsAsked({ method, originalUrl, body }: RequestContext): string {
  const fields = Object.entries(body ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([method, originalUrl, fields]);
}
