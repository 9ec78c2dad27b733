import { Transform } from 'class-transformer';

/** White space around it is not part of the value. */
export const Trimmed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
