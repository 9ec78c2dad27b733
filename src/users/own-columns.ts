import type { Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { getMetadataArgsStorage } from 'typeorm';
import type { ColumnMetadataArgs } from 'typeorm/metadata-args/ColumnMetadataArgs';
import { SettingsError } from '../options/load-settings';
import { User } from './user.entity';

/** A column that the application's entity adds to ours. */
export interface OwnColumn {
  property: string;
  /** In characters, if the column has a limit. */
  length: number | undefined;
  /** False with `select: false`: TypeORM does not read it unless asked. */
  isRead: boolean;
}

/** @param entity a subclass of User, or undefined: there are none. */
export function ownColumns(entity: Type<unknown> | undefined): OwnColumn[] {
  return ownArgs(entity).map(({ propertyName, options: { length, select = true } }) => ({
    property: propertyName,
    length: length ? Number(length) : undefined,
    isRead: select,
  }));
}

/** By the name of the property or of the column. SQLite does not tell their case: a column named ROLE would be ours. */
export function isLatchkeyColumn(name: string): boolean {
  const ours = getMetadataArgsStorage().filterColumns(User);
  return ours.flatMap(namesOf).includes(name.toLowerCase());
}

/** @throws SettingsError if the entity changes a column of ours. */
export function requireOwnColumns(entity: Type<unknown> | undefined): void {
  const changed = ownArgs(entity).filter((column) => namesOf(column).some(isLatchkeyColumn));
  if (changed.length > 0)
    throw new SettingsError(
      changed.map(({ propertyName: name }) => `users.entity: "${name}" is a column of Latchkey`),
    );
}

const ownArgs = (entity: Type<unknown> | undefined): ColumnMetadataArgs[] =>
  entity ? getMetadataArgsStorage().filterColumns(subclassesUpTo(entity)) : [];

function namesOf({ propertyName, options }: ColumnMetadataArgs): string[] {
  return [propertyName, options.name ?? propertyName].map((name) => name.toLowerCase());
}

/** `synchronize` of a DataSource that the application shares would undo what migrations have made of the table. */
export function leaveToMigrations(entity: Type<unknown>): void {
  const table = getMetadataArgsStorage().tables.find(({ target }) => target === entity);
  if (table) table.synchronize = false;
}

/** The class and those between it and User. */
function subclassesUpTo(entity: Type<unknown>): Type<unknown>[] {
  const classes: Type<unknown>[] = [];
  for (let each = entity; each !== User; each = Object.getPrototypeOf(each) as Type<unknown>)
    classes.push(each);
  return classes;
}

/** @throws SettingsError that names what no migration has added. */
export async function requireColumns(source: DataSource, entity: Type<unknown>): Promise<void> {
  const { columns, tablePath } = source.getMetadata(entity);
  const runner = source.createQueryRunner();
  try {
    const table = await runner.getTable(tablePath);
    const missing = columns.filter(({ databaseName }) => !table?.findColumnByName(databaseName));
    if (missing.length === 0) return;
    const names = missing.map(({ databaseName }) => `"${databaseName}"`).join(', ');
    throw new SettingsError([
      `users.entity: the table ${tablePath} lacks ${names}. Add it by a migration, in the option migrations`,
    ]);
  } finally {
    await runner.release();
  }
}
