import { randomFillSync } from 'node:crypto';
import {
  BadRequestException,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  Logger,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { IS_PUBLIC } from '../decorators';
import { fieldsOf } from '../../http/fields-of';
import { UnreadBody } from '../../http/unread-body';
import { isSafeMethod } from '../../http/page-request';
import { SessionService } from '../../sessions/session-service';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import type { RequestContext } from '../../http/request-context';
import { SessionCookie } from '../../sessions/session-cookie';
import { Signer } from '../../sessions/signer';
import { SubmissionReplay } from './submission-replay';
import { KEY_HEADER } from './submission-errors';
import type { Submission } from './submission-store';

/** Forms send their key in this field, API clients in a header (`KEY_HEADER`). */
const KEY_FIELD = '_key';

/** 16 characters make accidental collisions unlikely. The draft's quotation marks are optional. */
const CLIENTS_KEY = /^("?)([\x21\x23-\x7e]{16,255})\1$/;

const KEY_BYTES = 16;
const entropy = Buffer.alloc(256 * KEY_BYTES);
let used = entropy.length;

/**
 * Key for a rendered form, 22 characters. The server stores nothing until the user submits the form.
 *
 * Draws the entropy of 256 keys at once: drawing it for each page was a twentieth of the page's CPU time.
 */
export function newFormKey(): string {
  if (used === entropy.length) {
    randomFillSync(entropy);
    used = 0;
  }
  return entropy.toString('base64url', used, (used += KEY_BYTES));
}

/** Identifies repeated requests by their keys. */
@Injectable()
export class Submissions {
  constructor(
    private readonly signer: Signer,
    private readonly cookie: SessionCookie,
  ) {}

  /**
   * Removes the key from the request, so that handlers see only their own fields.
   * @returns null without a key, or if nobody has read the body.
   */
  take(request: RequestContext): Submission | null {
    const { isApi } = request;
    const key = isApi ? clientsKey(request) : formKey(request);
    // What a route reads itself, such as an upload, is not known yet: other content could get the first one's answer.
    if (key === null || request.body instanceof UnreadBody) return null;
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
  const body = fieldsOf(request.body);
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
  try {
    return JSON.stringify([method, originalUrl, contentOf(body)]);
  } catch (error) {
    // The application's parser sets no limit.
    if (error instanceof RangeError) throw new BadRequestException('The body is nested too deeply.');
    throw error;
  }
}

function contentOf(body: unknown): unknown {
  if (Buffer.isBuffer(body)) return body.toString('base64');
  if (typeof body === 'string' || Array.isArray(body)) return body;
  return Object.entries(fieldsOf(body)).sort(([one], [other]) => (one < other ? -1 : 1));
}

/**
 * Denies no access. It runs before the other guards because a second click on "Change password" comes from a
 * session that the first click has ended. A guest's request to a closed route claims no row, so attackers
 * cannot fill the table.
 */
@Injectable()
export class SubmissionGuard implements CanActivate {
  private readonly logger = new Logger(SubmissionGuard.name);

  constructor(
    private readonly sessions: SessionService,
    private readonly reflector: Reflector,
    private readonly submissions: Submissions,
    private readonly repeats: SubmissionReplay,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const { session } = request as Partial<Request>;
    if (session?.duplicates) return this.endDuplicates(request).then(() => this.settle(context, request));
    return this.settle(context, request);
  }

  private async endDuplicates(request: Request): Promise<void> {
    try {
      await this.sessions.endDuplicates(request);
    } catch (error) {
      // Serve reads even while the store is read-only. The next request tries again.
      this.logger.warn(`A session without a browser could not be ended: ${String(error)}`);
    }
  }

  private settle(context: ExecutionContext, request: Request): boolean | Promise<boolean> {
    if (isSafeMethod(request.method)) return true;
    const submission = this.submissions.take(request);
    if (!submission) return true;
    const isOpen =
      Boolean(request.principal) ||
      this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, [context.getHandler(), context.getClass()]);
    const settled = isOpen
      ? this.repeats.actOnce(submission, request)
      : this.repeats.repeat(submission, request);
    return settled.then(() => true);
  }
}
