import {
  type ArgumentMetadata,
  BadRequestException,
  Injectable,
  Optional,
  type PipeTransform,
  type Type,
  ValidationPipe,
} from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { InvalidInput, UnknownFields } from './errors';

const OPTIONS = {
  transform: true,
  whitelist: true,
  stopAtFirstError: true,
  exceptionFactory: (errors: ValidationError[]) => refusal(errors),
};

/** Validates bodies and queries against their DTO class. Rejects body fields that the class does not have. */
@Injectable()
export class InputPipe implements PipeTransform {
  private readonly bodies = new ValidationPipe({ ...OPTIONS, forbidNonWhitelisted: true });
  private readonly queries = new ValidationPipe(OPTIONS);

  /** @param type of the value, if the parameter does not name it */
  constructor(@Optional() private readonly type?: Type) {}

  transform(value: unknown, parameter: ArgumentMetadata): unknown {
    const metadata = { ...parameter, metatype: this.type ?? parameter.metatype };
    if (metadata.type === 'query') return this.queries.transform(value, metadata);
    // Path parameters have their own pipe. A value without a class is a single field, a message or an
    // argument.
    if (metadata.type !== 'body' || !hasClass(metadata)) return value;
    const body = value ?? {};
    if (typeof body !== 'object' || Array.isArray(body))
      throw new BadRequestException('The body must be an object.');
    return this.bodies.transform(body, metadata);
  }
}

const NO_CLASSES: unknown[] = [undefined, String, Number, Boolean, Array, Object];

const hasClass = ({ metatype }: ArgumentMetadata): boolean => !NO_CLASSES.includes(metatype);

function refusal(errors: ValidationError[]): Error {
  const unknown = errors.filter(({ constraints = {} }) => 'whitelistValidation' in constraints);
  if (unknown.length > 0) return new UnknownFields(unknown.map(({ property }) => property));
  return new InvalidInput(
    Object.fromEntries(
      errors.map(({ property, constraints = {} }) => [property, Object.values(constraints)]),
    ),
  );
}
