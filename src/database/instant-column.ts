import { Column, type ColumnOptions } from 'typeorm';

const asNumber = {
  to: (value: unknown) => value,
  // PostgreSQL's driver returns 64-bit integers as text.
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};

/**
 * A point in time, stored as milliseconds since 1970 in UTC: the same number on SQLite and PostgreSQL in
 * every time zone.
 */
export function InstantColumn(options: ColumnOptions & object = {}): PropertyDecorator {
  return Column({ type: 'bigint', transformer: asNumber, ...options });
}
