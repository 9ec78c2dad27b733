import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  applyDecorators,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { catchError, type Observable } from 'rxjs';
import { InvalidInput, Overloaded } from '../http/errors';
import { requestOf } from '../http/request-context';
import { PasswordPolicy } from '../auth/passwords/password-policy';

const FIELD = Symbol('the field of the body that holds a new password');

/**
 * Adds password errors to the other validation errors, so the form shows all of them at once. It skips a
 * valid body, because the service checks the policy itself.
 */
@Injectable()
class NewPasswordInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly policy: PasswordPolicy,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const field = this.reflector.get<string>(FIELD, context.getHandler());
    const request = requestOf(context);
    if (!request) return next.handle();
    return next.handle().pipe(
      catchError(async (error: unknown) => {
        throw await this.complete(error, field, request);
      }),
    );
  }

  private async complete(error: unknown, field: string, request: Request): Promise<unknown> {
    if (!(error instanceof InvalidInput) || field in error.errors) return error;
    const body = (request.body ?? {}) as Record<string, unknown>;
    const password = body[field];
    if (typeof password !== 'string') return error;
    const words = [body.username, body.email, request.principal?.username].filter(
      (word) => typeof word === 'string',
    );
    // The other errors are certain: tell them even if nobody can estimate the password now.
    const objections = await this.policy.objections(password, words).catch((failure: unknown) => {
      if (failure instanceof Overloaded) return [];
      throw failure;
    });
    return objections.length > 0 ? new InvalidInput({ ...error.errors, [field]: objections }) : error;
  }
}

/** The field of the route's body that contains a new password. */
export const ValidatesNewPassword = (field: string) =>
  applyDecorators(SetMetadata(FIELD, field), UseInterceptors(NewPasswordInterceptor));
