import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { requestOf } from '../http/request-context';
import { LoginRequired } from './access-errors';
import { Identification } from './principal';

/**
 * Identifies the user again when an upload has come. Otherwise a session thief could hold back its last byte until the
 * session has ended and still act. List it after the interceptor that reads the body.
 * @example @UseInterceptors(FileInterceptor('file'), StillLoggedInInterceptor)
 */
@Injectable()
export class StillLoggedInInterceptor implements NestInterceptor {
  constructor(private readonly modules: ModuleRef) {}

  /** @throws LoginRequired */
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = requestOf(context);
    const { principal } = request ?? {};
    if (request && principal) {
      await this.modules.get(Identification, { strict: false }).repeat(request);
      if (request.principal?.id !== principal.id)
        throw new LoginRequired(request.endReason, context.getHandler());
    }
    return next.handle();
  }
}
