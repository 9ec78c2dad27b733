import {
  type DynamicModule,
  Inject,
  Logger,
  type MiddlewareConsumer,
  Module,
  type NestMiddleware,
  type NestModule,
  type OnApplicationBootstrap,
  type Type,
} from '@nestjs/common';
import { BasePath } from '../../options/base-path';
import { LatchkeyPages } from '../latchkey-routes';
import { ResponsesModule } from '../responses/responses.module';
import { neverStored } from '../security-headers';
import { Cors } from './cors';
import { HttpSetup } from './http-setup';
import { requestPipeline } from './request-pipeline';

export interface HttpOptions {
  /** Middlewares that some module provides, in their order. Default: `REQUEST_PIPELINE`. */
  steps?: readonly Type<NestMiddleware>[] | undefined;
  /** Whether Latchkey's pages are wanted. Default: true. */
  pages?: boolean;
}

const OPTIONS = Symbol('options of HttpModule');

/** What every request passes before its route: the headers of every response, then the request pipeline. */
@Module({})
export class HttpModule implements NestModule, OnApplicationBootstrap {
  constructor(
    private readonly setup: HttpSetup,
    private readonly pages: LatchkeyPages,
    private readonly cors: Cors,
    private readonly base: BasePath,
    @Inject(OPTIONS) private readonly options: HttpOptions,
  ) {
    pages.mayBeOn = options.pages !== false;
  }

  static forRoot(options: HttpOptions = {}): DynamicModule {
    return {
      module: HttpModule,
      global: true, // Nest runs the middlewares of global modules first
      imports: [ResponsesModule],
      providers: [Cors, HttpSetup, { provide: OPTIONS, useValue: options }],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    this.setup.ensure();
    this.pages.mount();
    this.setup.express?.use(neverStored, this.cors.correct);
    requestPipeline(consumer, this.options.steps, this.base.own);
  }

  onApplicationBootstrap(): void {
    if (!this.setup.express || this.pages.areOn || !this.pages.mayBeOn) return;
    new Logger('Latchkey').log(
      'The pages are off. useLatchkeyViews(app) turns them on; { pages: false } hides this line.',
    );
  }
}
