import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  Redirect,
  UseInterceptors,
} from '@nestjs/common';
import { REDIRECT_METADATA } from '@nestjs/common/constants';
import { Reflector } from '@nestjs/core';
import { map, type Observable } from 'rxjs';
import { BasePath } from '../options/base-path';

/** Nest's `@Redirect` is the same for every application in the process, and each may have another base path. */
@Injectable()
class RedirectInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly base: BasePath,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { url } = this.reflector.get<{ url: string }>(REDIRECT_METADATA, context.getHandler());
    return next.handle().pipe(map((result: unknown) => result ?? { url: this.base.to(url) }));
  }
}

/**
 * Redirects by 303 to another of Latchkey's routes.
 * @param path such as `/account`. A handler that returns a `url` redirects there instead.
 */
export const RedirectTo = (path: string): MethodDecorator =>
  applyDecorators(Redirect(path, 303), UseInterceptors(RedirectInterceptor));
