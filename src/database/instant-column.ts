import { Column, type ColumnOptions } from 'typeorm';

const asNumber = {
  to: (value: unknown) => value,
  // PostgreSQL's driver hands out 64-bit integers as text.
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};

/**
 * A moment, stored as milliseconds since 1970 in UTC: the same number on SQLite and PostgreSQL, whatever the time
 * zone of the server.
 */
export function InstantColumn(options: ColumnOptions = {}): PropertyDecorator {
  return Column({ type: 'bigint', transformer: asNumber, ...options });
}
