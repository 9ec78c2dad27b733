import type { Type } from '@nestjs/common';
import { DefaultNamingStrategy, getMetadataArgsStorage } from 'typeorm';
import { SubmissionEntity } from './access/submissions/submission.entity';
import { TokenEntity } from './auth/tokens/token.entity';
import { AuditEntry } from './events/audit/audit-entry.entity';
import { AuditHead } from './events/audit/audit-head.entity';
import { FormDraftEntity } from './flash/drafts/form-draft.entity';
import { OutboxJob } from './mail/outbox-job.entity';
import { SettingsError } from './options/load-settings';
import { RememberFamily } from './sessions/remember-family.entity';
import { SessionEntity } from './sessions/engines/session.entity';
import { ThrottleCounter } from './throttling/throttle-counter.entity';
import { FreedUsername } from './users/freed-username.entity';
import { leaveToMigrations } from './users/own-columns';
import { User } from './users/user.entity';
import { UsernameSkeleton } from './users/username-skeleton.entity';

/**
 * For the `entities` of a DataSource of yours that `database.dataSource` names, unless it has `autoLoadEntities`. Then
 * your entities can refer to `User`. A `synchronize` of the DataSource leaves these tables alone.
 */
export const LATCHKEY_ENTITIES = [
  User,
  UsernameSkeleton,
  FreedUsername,
  SessionEntity,
  RememberFamily,
  TokenEntity,
  FormDraftEntity,
  SubmissionEntity,
  ThrottleCounter,
  OutboxJob,
  AuditEntry,
  AuditHead,
];

/**
 * `synchronize` of a shared DataSource runs before Latchkey starts. Lets it leave kinds of `User` alone; any other entity
 * with one of these tables would take away the other columns.
 * @throws SettingsError if there is such an entity
 */
export function protectTables(): void {
  const { tables } = getMetadataArgsStorage();
  const naming = new DefaultNamingStrategy();
  const names = LATCHKEY_ENTITIES.map((entity) => tables.find(({ target }) => target === entity)?.name);
  const others = tables.flatMap(({ target, name, synchronize }) =>
    typeof target === 'function' &&
    synchronize !== false &&
    names.includes(naming.tableName(target.name, name))
      ? [target as Type]
      : [],
  );
  const isUser = (entity: Type) => entity.prototype instanceof User;
  others.filter(isUser).forEach(leaveToMigrations);
  const problems = others
    .filter((entity) => !isUser(entity))
    .map(
      ({ name }) =>
        `database.dataSource: the entity ${name} has a table that is named as one of Latchkey's. ` +
        'Give it another name, or synchronize: false if it belongs to another DataSource',
    );
  if (problems.length > 0) throw new SettingsError(problems);
}
