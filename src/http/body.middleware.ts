import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  BadRequestException,
  HttpException,
  HttpStatus,
  Injectable,
  type NestMiddleware,
  PayloadTooLargeException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import express, { type NextFunction, type Request, type Response } from 'express';
import { hasBody } from './page-request';
import { fieldsOf } from './fields-of';
import { READ_TYPES, UnreadBody } from './unread-body';
import { parseJson, refuseUnsafeKeys } from './parse-json';

const LIMIT = 100 * 1_024;
const PERCENT = 0x25;
const UTF8 = /(;\s*charset\s*=\s*"?)utf8(?="?\s*(?:;|$))/i;

const json = express.text({ limit: LIMIT, type: 'application/json', verify: refuseUnreadable });
const urlencoded = express.urlencoded({
  limit: LIMIT,
  parameterLimit: 100,
  extended: false,
  verify: (request, response, body, charset) => {
    refuseUnreadable(request, response, body, charset);
    refuseUnreadable(request, response, percentDecoded(body), charset);
  },
});

/**
 * Pages accept forms, the API accepts JSON. A body of another type is left to `RouteGuard`, which knows
 * whether the route reads it, such as an upload. What the application's own parser has read stays as it is.
 */
@Injectable()
export class BodyMiddleware implements NestMiddleware {
  use(request: Request, response: Response, next: NextFunction): void {
    if (!hasBody(request)) return next();
    if (request.body !== undefined) {
      refuseUnsafeKeys(Object.keys(fieldsOf(request.body)));
      return next();
    }
    const { isApi } = request;
    const { type, refusal } = READ_TYPES[isApi ? 'api' : 'pages'];
    if (!request.is(type)) {
      request.body = new UnreadBody(refusal);
      return next();
    }
    boundPacked(request);
    nameUtf8(request);
    const parse = isApi ? json : urlencoded;
    parse(request, response, (error?: unknown) => next(error ?? refusalOf(request, isApi)));
  }
}

/** Returns the error, because throwing in a body parser's callback would end the process. */
function refusalOf(request: Request, isApi: boolean): unknown {
  try {
    // A client that hung up midway looks complete otherwise: half a request must not be executed.
    if (!request.complete) throw new BadRequestException('The request ended early.');
    if (isApi) request.body = parseJson((request.body as string) || '{}');
    else refuseUnsafeKeys(Object.keys(request.body as object));
    return undefined;
  } catch (refusal) {
    return refusal;
  }
}

/** The parsers accept only one of the two names of UTF-8 in the WHATWG Encoding Standard. */
function nameUtf8({ headers }: Request): void {
  headers['content-type'] = headers['content-type']?.replace(UTF8, '$1utf-8');
}

/** The parsers only limit the unpacked size, so a client could send endless bytes that unpack to nothing. */
function boundPacked({ headers }: Request): void {
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() === 'identity') return;
  const length = headers['content-length'];
  if (length === undefined)
    throw new HttpException(
      'A body with a Content-Encoding needs a Content-Length.',
      HttpStatus.LENGTH_REQUIRED,
    );
  if (Number(length) > LIMIT) throw new PayloadTooLargeException('What you sent is larger than 100 kB.');
}

/** Decoding would replace invalid UTF-8, so that different texts, including passwords, become equal. */
function refuseUnreadable(
  _request: IncomingMessage,
  _response: ServerResponse,
  body: Buffer,
  charset: string,
) {
  if (charset !== 'utf-8')
    throw new UnsupportedMediaTypeException('Only the UTF-8 character set is understood.');
  if (!isUtf8(body)) throw new BadRequestException('The body is not valid UTF-8.');
}

/** A loop over bytes: a callback for each of 33,000 escapes would take most of the request's time. */
function percentDecoded(form: Buffer): Buffer {
  const decoded = Buffer.allocUnsafe(form.length);
  let length = 0;
  for (let at = 0; at < form.length; at += 1) {
    const [high, low] = form[at] === PERCENT ? [hexDigit(form[at + 1]), hexDigit(form[at + 2])] : [-1, -1];
    const isEscape = high >= 0 && low >= 0;
    decoded[length++] = isEscape ? high * 16 + low : form[at];
    if (isEscape) at += 2;
  }
  return decoded.subarray(0, length);
}

/** @returns -1 if it is not a hexadecimal digit. */
function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20; // lower case
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}
