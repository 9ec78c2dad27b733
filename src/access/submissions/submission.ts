import { randomBytes } from 'node:crypto';
import { BadRequestException, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import { isApiRequest } from '../../http/page-request';
import { SessionCookie } from '../../sessions/session-cookie';
import { Signer } from '../../sessions/signer';

/** Where a form carries its key, and where a client of the API does (draft-ietf-httpapi-idempotency-key-header). */
const KEY_FIELD = '_key';
export const KEY_HEADER = 'Idempotency-Key';

/** Long enough that two clients do not choose the same by accident; the draft's quotation marks may be missing. */
const CLIENTS_KEY = /^("?)([\x21\x23-\x7e]{16,255})\1$/;

/** A request that is to have one effect, however often it comes. */
export interface Submission {
  /** Names it in the table. */
  readonly idHash: string;
  /** What exactly was asked for under its key. */
  readonly digest: string;
  /** The hash of the session ID that came along with a good signature, live or not. */
  readonly sessionIdHash: string | null;
  /** Seals its outcome; only who has its key and our secret can make it. */
  readonly seal: string;
}

/** The key of a form: made when the form is rendered, and costs nothing until it is sent. */
export const newFormKey = (): string => randomBytes(16).toString('base64url');

/** Tells by its key whether a request has come before. */
@Injectable()
export class Submissions {
  constructor(
    private readonly signer: Signer,
    private readonly cookie: SessionCookie,
  ) {}

  /** Takes the key out of the request, so that handlers see fields of their own alone. @returns null without a key. */
  take(request: Request): Submission | null {
    const isApi = isApiRequest(request);
    const key = isApi ? clientsKey(request) : formKey(request);
    if (key === null) return null;
    // The key is part of each: without it, which is stored nowhere, our secret does not help to try out passwords.
    const digest = this.signer.sign('submission', `${key} ${whatIsAsked(request)}`);
    const id = this.cookie.verifiedId(request);
    return {
      // The same key with other fields is another form, but in the API it is a mistake that the client is told of.
      idHash: this.signer.sign('submission id', isApi ? `api ${key}` : `form ${digest}`),
      digest,
      sessionIdHash: id === undefined ? null : hashOfSessionId(id),
      seal: this.signer.sign('submission outcome', `${key} ${digest}`),
    };
  }
}

function formKey(request: Request): string | null {
  const body = (request.body ?? {}) as Record<string, unknown>;
  const key = body[KEY_FIELD];
  Reflect.deleteProperty(body, KEY_FIELD);
  return typeof key === 'string' && /^[\w-]{22}$/.test(key) ? key : null;
}

function clientsKey(request: Request): string | null {
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

function whatIsAsked({ method, originalUrl, body }: Request): string {
  const fields = Object.entries((body ?? {}) as object).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([method, originalUrl, fields]);
}
