import { getMetadataArgsStorage } from 'typeorm';
import { SettingsError } from '../options/load-settings';
import type { UserModel } from '../options/user-model';
import { SignupDto } from './dto/signup.dto';
import { isLatchkeyColumn, ownColumns, requireOwnColumns } from './own-columns';
import { signUpFields } from './sign-up-fields';
import { User } from './user.entity';

/** Checks the options as they come, so their types may be wrong. @throws SettingsError */
export function requireUserModel(model: UserModel): void {
  const { entity, signUp, principal } = model;
  const problems = [
    entity !== undefined && entityProblem(entity),
    signUp !== undefined &&
      !extendsClass(signUp, SignupDto) &&
      'users.signUp may be a class that extends SignupDto',
    signUp !== undefined &&
      entity === undefined &&
      'users.signUp needs users.entity, which stores its fields',
    principal !== undefined && typeof principal !== 'function' && 'users.principal may be a function',
  ].filter((problem) => problem !== false && problem !== null);
  if (problems.length > 0) throw new SettingsError(problems);
  requireOwnColumns(entity);
  requireColumnsOf(model);
}

function entityProblem(entity: unknown): string | null {
  if (!extendsClass(entity, User)) return 'users.entity may be a class that extends User';
  const table = getMetadataArgsStorage().tables.find(({ target }) => target === entity);
  return table?.name === 'users' ? null : `users.entity: ${entity.name} needs the decorator @Entity('users')`;
}

/** A field without a column would be lost, and one of ours would make anybody an admin. */
function requireColumnsOf(model: UserModel): void {
  const own = ownColumns(model.entity).map(({ property }) => property);
  const problems = signUpFields(model)
    .filter(({ name }) => !own.includes(name))
    .map(({ name }) =>
      isLatchkeyColumn(name)
        ? `users.signUp: "${name}" is a column of Latchkey, which a sign-up may not set`
        : `users.signUp: ${model.entity?.name} has no column for "${name}"`,
    );
  if (problems.length > 0) throw new SettingsError(problems);
}

const extendsClass = (value: unknown, parent: new () => object): value is new () => object =>
  typeof value === 'function' && value.prototype instanceof parent;
