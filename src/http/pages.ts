import { applyDecorators, Controller, Injectable, SetMetadata } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

export const ARE_PAGES = Symbol('pages of Latchkey');

/** A controller of Latchkey's pages. They are not there while `LatchkeyPages` are off. */
export const PagesController = (path: string): ClassDecorator =>
  applyDecorators(Controller(path), ApiExcludeController(), SetMetadata(ARE_PAGES, true));

/** Whether Latchkey's pages are on. `useLatchkeyViews` turns them on: without its views they cannot be shown. */
@Injectable()
export class LatchkeyPages {
  areOn = false;
}
