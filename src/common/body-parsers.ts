import { BadRequestException, UnsupportedMediaTypeException } from '@nestjs/common';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { isApiRequest } from './page-request';

const LIMIT = '100kb';
const UNSAFE_KEYS = ['__proto__', 'constructor', 'prototype'];

const json = express.json({ limit: LIMIT, type: 'application/json' });
const urlencoded = express.urlencoded({ limit: LIMIT, parameterLimit: 100, extended: false });

/** Pages take forms, the API takes JSON; a body of any other kind is refused (415). */
export function parseBody(request: Request, response: Response, next: NextFunction): void {
  const isApi = isApiRequest(request);
  if (!hasBody(request)) return next();
  if (!request.is(isApi ? 'application/json' : 'application/x-www-form-urlencoded')) {
    throw new UnsupportedMediaTypeException(
      isApi
        ? 'The API takes application/json.'
        : 'This page takes forms (application/x-www-form-urlencoded).',
    );
  }
  const parse: RequestHandler = isApi ? json : urlencoded;
  void parse(request, response, (error?: unknown) => {
    if (error) return next(error);
    next(
      hasUnsafeKey(request.body)
        ? new BadRequestException('The body holds a field name that is not allowed.')
        : undefined,
    );
  });
}

function hasBody(request: Request): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}

/** Names by which careless code would reach the prototype of every object (ASVS 5.0: 15.3.6). */
function hasUnsafeKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => UNSAFE_KEYS.includes(key) || hasUnsafeKey(inner));
}
