import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { withLineFeeds } from './line-ends';
import { type Objections, TextField } from './text-field.decorator';

/** A required text of several lines, the same from forms and scripts: see `TextField`. */
export const MultilineField = (objections?: Objections, longest?: number) =>
  applyDecorators(
    TextField(objections, longest),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? withLineFeeds(value) : value)),
  );
