import { Body, type Type } from '@nestjs/common';
import { PARAMTYPES_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { ApiBody } from '@nestjs/swagger';
import { InputPipe } from './input.pipe';

type Parameters = Record<string, { index: number; pipes: unknown[] }>;

/**
 * Has bodies of a controller validated by our pipe alone. A global pipe of the application runs before it, and would
 * answer an invalid form in its own way. Nest shows pipes the class of a parameter, and they leave `Object` alone.
 */
export function validateOwnBodies(controller: Type): void {
  const prototype = controller.prototype as object;
  for (const [name, handler] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Parameters;
    const body = Object.keys(parameters).find((key) => key.startsWith(`${RouteParamtypes.BODY}:`));
    if (body === undefined || parameters[body].pipes.length > 0) continue;
    const { index } = parameters[body];
    const types = Reflect.getMetadata(PARAMTYPES_METADATA, prototype, name) as Type[];
    const type = types[index];
    Body(new InputPipe(type))(prototype, name, index);
    ApiBody({ type })(prototype, name, handler);
    Reflect.defineMetadata(PARAMTYPES_METADATA, types.with(index, Object), prototype, name);
  }
}
