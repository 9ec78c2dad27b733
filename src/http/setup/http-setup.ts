import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Express, NextFunction, Request, Response } from 'express';
import { BasePath } from '../../options/base-path';
import { CodeOptions } from '../../options/code-options';
import { Settings } from '../../options/settings';
import { forwardedFor } from '../forwarded-for';
import { requestId } from '../request-id';
import { securityHeaders } from '../security-headers';
import { serializePipelined } from '../serialize-pipelined';
import { Cors } from './cors';

const ONLY_EXPRESS =
  'Latchkey runs on Express: leave the adapter out of NestFactory.create(), or pass a LatchkeyExpressAdapter.';

/** Prepares Express for every request, whether a route of Latchkey or of the application answers it. */
@Injectable()
export class HttpSetup {
  private isDone = false;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly settings: Settings,
    private readonly options: CodeOptions,
    private readonly cors: Cors,
    private readonly base: BasePath,
  ) {
    // As early as possible: Nest's body parser comes later, so that its refusals have our headers too. Nest's
    // testing module has no adapter yet.
    this.ensure();
  }

  /** Undefined in a command-line tool, which serves nothing. */
  get express(): Express | undefined {
    const adapter = this.host.httpAdapter as typeof this.host.httpAdapter | undefined;
    if (!adapter) return undefined;
    if (adapter.getType() !== 'express') throw new Error(ONLY_EXPRESS);
    return adapter.getInstance<Express>();
  }

  ensure(): void {
    const { express, settings } = this;
    if (!express || this.isDone) return;
    this.isDone = true;
    if (settings.trustedProxies !== false) express.set('trust proxy', settings.trustedProxies);
    const noteApi = (request: Request, _response: Response, next: NextFunction): void => {
      request.isApi = this.base.isApi(request.path);
      next();
    };
    const headers = securityHeaders(settings, this.options.headers);
    express.use(serializePipelined, requestId, noteApi, headers, forwardedFor, this.cors.answer);
  }
}
