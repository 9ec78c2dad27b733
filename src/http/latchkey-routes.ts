import { applyDecorators, Controller, Injectable, SetMetadata, VERSION_NEUTRAL } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants';
import { ApiExcludeController } from '@nestjs/swagger';

/** Which routes of Latchkey a controller has: `pages` or `api`. An application's controllers have none. */
export const ROUTES = Symbol('routes of Latchkey');

/** Pages link to these paths, so a default version of the application does not move them. */
export const OwnController = (path: string): ClassDecorator => Controller({ path, version: VERSION_NEUTRAL });

/** A controller of Latchkey's pages. They are not there while `LatchkeyPages` are off. */
export const PagesController = (path: string): ClassDecorator =>
  applyDecorators(OwnController(path), ApiExcludeController(), marked('pages'));

/** A controller of Latchkey's API. */
export const ApiController = (path: string): ClassDecorator =>
  applyDecorators(OwnController(path), marked('api'));

/** Marks the handlers too: of these, `routesAt` sees the metadata. */
const marked =
  (routes: 'pages' | 'api'): ClassDecorator =>
  (controller) => {
    SetMetadata(ROUTES, routes)(controller);
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(controller.prototype))) {
      const member = value as unknown;
      if (typeof member === 'function' && Reflect.hasMetadata(PATH_METADATA, member))
        Reflect.defineMetadata(ROUTES, routes, member);
    }
  };

/** @param controller of the route */
export const isLatchkeyRoute = (controller: object): boolean => Reflect.hasMetadata(ROUTES, controller);

/** Whether Latchkey's pages are on. `useLatchkeyViews` turns them on: without its views they cannot be shown. */
@Injectable()
export class LatchkeyPages {
  areOn = false;
  /** False with the option `pages: false`. */
  mayBeOn = true;
  /** Adds the assets and what views link to, as soon as the global prefix is known. */
  mount = (): void => undefined;
}
