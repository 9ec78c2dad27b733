import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BadRequestException, UnsupportedMediaTypeException } from '@nestjs/common';
import express, { type NextFunction, type Request, type Response } from 'express';
import { isApiRequest } from './page-request';
import { parseJson, refuseUnsafeKeys } from './parse-json';

const LIMIT = '100kb';

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

/** Pages take forms, the API takes JSON; a body of any other kind is refused (415). */
export function parseBody(request: Request, response: Response, next: NextFunction): void {
  if (!hasBody(request)) return next();
  const isApi = isApiRequest(request);
  if (!request.is(isApi ? 'application/json' : 'application/x-www-form-urlencoded')) {
    throw new UnsupportedMediaTypeException(
      isApi
        ? 'The API takes application/json.'
        : 'This page takes forms (application/x-www-form-urlencoded).',
    );
  }
  const parse = isApi ? json : urlencoded;
  parse(request, response, (error?: unknown) => next(error ?? refusalOf(request, isApi)));
}

/** Nobody catches what is thrown in the callback of a body parser: it would end the process. */
function refusalOf(request: Request, isApi: boolean): unknown {
  try {
    if (isApi) request.body = parseJson((request.body as string) || '{}');
    else refuseUnsafeKeys(Object.keys(request.body as object));
    return undefined;
  } catch (refusal) {
    return refusal;
  }
}

function hasBody(request: Request): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}

/** Decoding would replace what is not UTF-8, so that different texts, passwords among them, became the same. */
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

function percentDecoded(form: Buffer): Buffer {
  const bytes = form
    .toString('latin1')
    .replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
