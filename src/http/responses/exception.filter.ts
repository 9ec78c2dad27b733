import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Injectable,
  Logger,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Request, Response } from 'express';
import { BasePath } from '../../options/base-path';
import { LatchkeyPages } from '../latchkey-routes';
import { kindOf } from '../request-context';
import { isPageRequest, isSeenByPerson, requestedPath } from '../page-request';
import { localPath } from '../local-path';
import { RateLimitedLog } from '../rate-limited-log';
import { type Problem, PROBLEM_MEDIA_TYPE, statusName } from '../problem';
import {
  type RedirectingError,
  isRedirectingError,
  LoginRequired,
  SessionEnded,
} from '../../access/access-errors';
import { Identification } from '../../access/principal';
import { FlashInterceptor } from '../../flash/flash.interceptor';
import { FlashService } from '../../flash/flash-service';
import { RepeatedSubmission } from '../../access/submissions/submission-errors';
import { allowedMethods } from './allowed-methods';
import { AccessDeniedReporter } from './access-denied-reporter';
import { describeError, type ErrorDescription } from './describe-error';
import { form, formPageLocals } from './form';
import type { FormPageOptions } from './route.guard';
import { MessageExceptionFilter } from './message-exception.filter';
import { UnsentFormDrafts } from './unsent-form-drafts';

/** Statuses after which the form is shown again: bad credentials, taken, invalid, throttled. */
const ANSWERED_BY_FORM = [401, 409, 422, 429];

/**
 * Turns every error into a response: on a page a redirect with a flash, the form again or an error page; else
 * a problem.
 */
@Catch()
@Injectable()
export class AnyExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');
  private readonly unavailable = new RateLimitedLog(this.logger, 'error', 100);
  private readonly messages = new MessageExceptionFilter();

  constructor(
    private readonly flashes: FlashService,
    private readonly flashInterceptor: FlashInterceptor,
    private readonly unsentForms: UnsentFormDrafts,
    private readonly denials: AccessDeniedReporter,
    private readonly modules: ModuleRef,
    private readonly pages: LatchkeyPages,
    private readonly base: BasePath,
  ) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    this.denials.report(error, host);
    if (kindOf(host) !== 'http') return this.messages.catch(error, host);
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    if (error instanceof RepeatedSubmission) {
      error.send(response);
      return undefined;
    }
    request.hasFailed = true;
    if (error instanceof SessionEnded) this.answerAsGuest(request, response);
    else this.respond(error, request, response);
    return undefined;
  }

  private answerAsGuest(request: Request, response: Response): void {
    this.modules
      .get(Identification, { strict: false })
      .repeat(request)
      .then(
        () => this.respond(new LoginRequired(request.endReason), request, response),
        (failure: unknown) => this.respond(failure, request, response),
      );
  }

  private respond(error: unknown, request: Request, response: Response): void {
    const description = this.describe(error, request);
    this.log(error, description, request);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // A file that could not be sent leaves its media type and caching headers behind.
    response.set({ 'Cache-Control': 'no-store', ...description.headers }).type('html');
    if (this.pages.areOn && isPageRequest(request)) this.answerPage(error, description, request, response);
    else this.answerProblem(description, request, response);
  }

  private describe(error: unknown, request: Request): ErrorDescription {
    const description = describeError(error);
    const allowed = description.status === 404 ? allowedMethods(request) : [];
    if (allowed.length === 0) return description;
    const detail = 'This address does not answer to this method.';
    return { ...description, status: 405, detail, headers: { Allow: allowed.join(', ') } };
  }

  private answerPage(
    error: unknown,
    description: ErrorDescription,
    request: Request,
    response: Response,
  ): void {
    if (isRedirectingError(error)) return this.divert(error, request, response);
    if (description.flash) this.flashes.add(request, description.flash);
    // A failed response does not save the session, so a flash shown on it would be shown again.
    if (description.status < 500) this.flashInterceptor.exposeToView(request);
    response.status(description.status);

    const page = ANSWERED_BY_FORM.includes(description.status) && formPageFor(error, request);
    if (page) {
      const { params, principal } = request;
      const shown = form(request.body as Record<string, unknown>, description.errors, page.ids);
      const locals = { title: page.title, params, userId: principal?.id, form: shown };
      response.render(page.view, formPageLocals(locals));
      return;
    }
    this.renderErrorPage(description, request, response);
  }

  private renderErrorPage(
    { status, detail, errors }: ErrorDescription,
    request: Request,
    response: Response,
  ): void {
    const heading = statusName(status);
    const context = { title: heading, heading, status, detail, errors };
    response.render('errors/error', context, (failure: Error | null, html) => {
      if (!failure) {
        response.send(html);
        return;
      }
      // Express would answer with the stack: the layout is broken, and so is every page.
      this.logger.error(`The error page could not be rendered, request ${request.id}`, failure.stack);
      response.type('text').send(`${heading}\n\n${detail}\nRequest ID: ${request.id}\n`);
    });
  }

  private divert(diversion: RedirectingError, request: Request, response: Response): void {
    // A prefetch must not leave a message about a page that the user never opened.
    if (isSeenByPerson(request)) this.flashes.add(request, diversion.flash);
    this.unsentForms.keep(diversion, request);
    const path = this.base.to(diversion.path);
    const requested = this.base.asSeen(request.originalUrl);
    const next = diversion.returns && request.method === 'GET' ? localPath(requested) : null;
    response.redirect(303, next ? `${path}?next=${encodeURIComponent(next)}` : path);
  }

  private answerProblem(
    { status, detail, errors, reason }: ErrorDescription,
    request: Request,
    response: Response,
  ): void {
    const problem: Problem = {
      type: 'about:blank',
      title: statusName(status),
      status,
      detail,
      instance: this.base.asSeen(requestedPath(request)),
      requestId: request.id,
      errors,
      reason,
    };
    response.status(status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
  }

  /** Logs server errors only, with a stack if unexpected. */
  private log(error: unknown, { status }: ErrorDescription, request: Request): void {
    if (status < 500) return;
    const isExpected = error instanceof HttpException && status !== 500;
    const stack = error instanceof Error && !isExpected ? error.stack : undefined;
    const line = `Answered ${status} to ${request.method}, request ${request.id}`;
    // An overloaded server sends many 503s, which must not fill its disk. All other errors are logged.
    if (status === 503) this.unavailable.write(line, stack);
    else this.logger.error(line, stack);
  }
}

/** An error may set its own page. */
function formPageFor(error: unknown, request: Request): FormPageOptions | undefined {
  if (!(error instanceof HttpException)) return undefined;
  const { page = request.formPage } = error as HttpException & { page?: FormPageOptions | null };
  return page ?? undefined;
}
