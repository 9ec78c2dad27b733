import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { requestOf, responseTo } from '../../http/request-context';
import { UsersService } from '../users-service';

/** Gives the page the stored address beside the form, even if validation fails before the handler runs. */
@Injectable()
export class StoredEmailInterceptor implements NestInterceptor {
  constructor(private readonly users: UsersService) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = requestOf(context);
    if (request?.principal) {
      const { email, emailCanonical, pendingEmail } = await this.users.own(request.principal);
      responseTo(request).locals.stored = {
        email,
        isConfirmed: emailCanonical !== null,
        awaited: pendingEmail,
        isChanging: pendingEmail !== null && pendingEmail !== email,
      };
    }
    return next.handle();
  }
}
