import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { fieldsOf } from './fields-of';

const FIELD = '_method';
const ALLOWED = ['PATCH', 'PUT', 'DELETE'];

/**
 * Lets a form, which can only send GET and POST, use another method. POST only: a link must not change
 * anything.
 */
@Injectable()
export class MethodOverrideMiddleware implements NestMiddleware {
  use(request: Request, _response: Response, next: NextFunction): void {
    if (request.method !== 'POST' || request.isApi) return next();
    const body = fieldsOf(request.body);
    const wanted = body[FIELD] ?? request.query[FIELD];
    Reflect.deleteProperty(body, FIELD);
    if (typeof wanted === 'string' && ALLOWED.includes(wanted.toUpperCase()))
      request.method = wanted.toUpperCase();
    next();
  }
}
