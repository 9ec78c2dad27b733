import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PATH_METADATA,
  PIPES_METADATA,
  RENDER_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import {
  APP_INTERCEPTOR,
  DiscoveryService,
  ExternalContextCreator,
  HttpAdapterHost,
  MetadataScanner,
} from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { FlashInterceptor } from '../flash/flash.interceptor';
import { DIRECT } from './direct.decorator';

type Handler = (...parameters: unknown[]) => unknown;
type Controller = Record<string, Handler>;

interface DirectRoute {
  run: (request: Request, response: Response, next: NextFunction) => Promise<unknown>;
  /** Undefined where the answer is JSON. */
  view: string | undefined;
  route: { path: string };
}

const MISSED = [INTERCEPTORS_METADATA, PIPES_METADATA, EXCEPTION_FILTERS_METADATA];
/** Guards act as always; what is thrown finds its way to the exception filters as from a middleware. */
const STEPS = { guards: true, interceptors: false, filters: false };
/** What handlers are called with, by kind and place. Nest 11 makes several promises for each parameter of another kind. */
const PARAMETERS = [`${RouteParamtypes.REQUEST}:0`, `${RouteParamtypes.RESPONSE}:1`];

/** Answers the routes that are marked `@Direct()`. */
@Injectable()
export class DirectRoutes implements OnApplicationBootstrap {
  private readonly routes = new Map<string, DirectRoute>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly contexts: ExternalContextCreator,
    private readonly host: HttpAdapterHost,
    private readonly flashes: FlashInterceptor,
  ) {}

  /** @throws Error when a marked route has something of its own that would not act. */
  onApplicationBootstrap(): void {
    if (this.hasOtherInterceptors()) return;
    for (const { instance } of this.discovery.getControllers()) {
      const controller = instance as Controller;
      for (const name of this.scanner.getAllMethodNames(Object.getPrototypeOf(controller) as object)) {
        if (Reflect.hasMetadata(DIRECT, controller[name])) this.add(controller, name);
      }
    }
  }

  private hasOtherInterceptors(): boolean {
    const isGlobal = (token: unknown) => String(token).startsWith(APP_INTERCEPTOR);
    return this.discovery
      .getProviders()
      .some(({ token, instance }) => isGlobal(token) && instance !== this.flashes);
  }

  /** To be called when it is known who a request is from. */
  use(request: Request, response: Response, next: NextFunction): void | Promise<void> {
    const route = request.method === 'GET' ? this.routes.get(request.originalUrl) : undefined;
    return route ? this.answer(route, request, response, next) : next();
  }

  private async answer(
    { run, view, route }: DirectRoute,
    request: Request,
    response: Response,
    next: NextFunction,
  ): Promise<void> {
    request.route = route;
    const result = await run(request, response, next);
    if (view === undefined) return void this.host.httpAdapter.reply(response, result);
    this.flashes.bringInto(request);
    response.render(view, result as object);
  }

  private add(controller: Controller, name: string): void {
    const { constructor, [name]: handler } = controller;
    const path = `/${pathOf(constructor)}/${pathOf(handler)}`;
    const found = (key: string) =>
      [constructor, handler].flatMap((target) => (Reflect.getMetadata(key, target) ?? []) as unknown[]);
    // Nest looks for the class of a guard in the module of a provider, which a controller is not, and would skip it.
    const isMissed = MISSED.some((key) => found(key).length > 0) || found(GUARDS_METADATA).some(isClass);
    if (isMissed) throw new Error(`${path} is @Direct() and has something of its own that would not act`);
    const parameters = Object.keys(
      (Reflect.getMetadata(ROUTE_ARGS_METADATA, constructor, name) ?? {}) as object,
    );
    if (!parameters.every((parameter) => PARAMETERS.includes(parameter)))
      throw new Error(`${path} is @Direct() and takes more than the request and the response, in this order`);
    this.routes.set(path, {
      run: this.contexts.create(controller, handler, name, undefined, undefined, undefined, undefined, STEPS),
      view: Reflect.getMetadata(RENDER_METADATA, handler) as string | undefined,
      route: { path },
    });
  }
}

const pathOf = (target: object): string => Reflect.getMetadata(PATH_METADATA, target) as string;

const isClass = (guard: unknown): boolean => typeof guard === 'function';
