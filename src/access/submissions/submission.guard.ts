import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { IS_PUBLIC } from '../decorators';
import { isSafeMethod } from '../../http/page-request';
import { SessionService } from '../../sessions/session-service';
import { SubmissionReplay } from './submission-replay';
import { Submissions } from './submission';

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
    if (session?.twins) return this.endDuplicates(request).then(() => this.settle(context, request));
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
