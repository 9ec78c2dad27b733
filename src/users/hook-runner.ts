import {
  HttpException,
  Inject,
  Injectable,
  Logger,
  type OnModuleInit,
  Optional,
  type Type,
} from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { isDatabaseUnavailable } from '../database/database-unavailable';
import { SettingsError } from '../options/load-settings';
import { type HookEvents, hookOf } from './hooks';

/** The classes of the option `hooks`. */
export const HOOKS = Symbol('the classes of hooks');

type Name = keyof HookEvents;
type Method = (event: HookEvents[Name]) => void | Promise<void>;

/** Calls the methods with hook decorators in the classes of the option `hooks`, in their order. */
@Injectable()
export class HookRunner implements OnModuleInit {
  private readonly logger = new Logger('Hooks');
  private readonly methods: { name: Name; call: Method }[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Inject(HOOKS) @Optional() private readonly classes: Type[] = [],
  ) {}

  /** @throws SettingsError if a hook would never be called. */
  onModuleInit(): void {
    const providers = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    for (const type of this.classes) {
      const hooks = this.hooksOf(type);
      if (hooks.length === 0)
        throw new SettingsError([`hooks: ${type.name} has no method with a hook's decorator`]);
      // Not injected: the classes may inject what injects this.
      const provider = providers.find(({ token }) => token === type);
      if (!provider?.isDependencyTreeStatic())
        throw new SettingsError([`hooks: ${type.name} may not depend on a request`]);
      const instance = provider.instance as Record<string, Method>;
      for (const { name, method } of hooks)
        this.methods.push({ name, call: (event) => instance[method](event) });
    }
    for (const { metatype } of providers) {
      if (!metatype || this.classes.includes(metatype as Type)) continue;
      const [hook] = this.hooksOf(metatype);
      if (hook)
        throw new SettingsError([
          `${metatype.name}.${hook.method} is a hook, but hooks does not name the class`,
        ]);
    }
  }

  /** @throws what a hook refuses with; the hooks behind it are not called. */
  async before<Before extends Extract<Name, `Before${string}`>>(
    name: Before,
    event: HookEvents[Before],
  ): Promise<void> {
    for (const { call } of this.of(name)) {
      try {
        await call(event);
      } catch (error) {
        if (error instanceof HttpException || isDatabaseUnavailable(error)) throw error;
        // An error of another system, such as that of an HTTP client, has a status that is not meant for this client.
        throw new Error(`A hook failed: ${name}`, { cause: error });
      }
    }
  }

  /** What has happened stays, whatever a hook throws. */
  async after<After extends Extract<Name, `After${string}`>>(
    name: After,
    event: HookEvents[After],
  ): Promise<void> {
    for (const { call } of this.of(name)) {
      try {
        await call(event);
      } catch (error) {
        this.logger.error(`A hook failed: ${name}`, error instanceof Error ? error.stack : String(error));
      }
    }
  }

  private of(name: Name) {
    return this.methods.filter((method) => method.name === name);
  }

  private hooksOf({ prototype }: { prototype?: object }): { name: Name; method: string }[] {
    return this.scanner.getAllMethodNames(prototype ?? null).flatMap((method) => {
      const name = hookOf((prototype as Record<string, object>)[method]);
      return name === undefined ? [] : [{ name, method }];
    });
  }
}
