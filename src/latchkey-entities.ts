import { SubmissionEntity } from './access/submissions/submission.entity';
import { TokenEntity } from './auth/tokens/token.entity';
import { AuditEntry } from './events/audit/audit-entry.entity';
import { AuditHead } from './events/audit/audit-head.entity';
import { FormDraftEntity } from './flash/drafts/form-draft.entity';
import { OutboxJob } from './mail/outbox-job.entity';
import { RememberFamily } from './sessions/remember-family.entity';
import { SessionEntity } from './sessions/engines/session.entity';
import { ThrottleCounter } from './throttling/throttle-counter.entity';
import { FreedUsername } from './users/freed-username.entity';
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
