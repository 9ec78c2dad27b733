import { CreateUsers1763800000000 } from './1763800000000-create-users';
import { CreateSessions1763800000001 } from './1763800000001-create-sessions';
import { CreateRememberFamilies1763800000002 } from './1763800000002-create-remember-families';
import { TellWhySessionsEnded1763850000000 } from './1763850000000-tell-why-sessions-ended';
import { CreateKeptForms1763900000001 } from './1763900000001-create-kept-forms';
import { AddSecurityVersion1763900000000 } from './1763900000000-add-security-version';
import { CreateThrottleCounters1764000100000 } from './1764000100000-create-throttle-counters';
import { TellConfirmedEmails1764200000000 } from './1764200000000-tell-confirmed-emails';
import { AddRole1764200000100 } from './1764200000100-add-role';
import { CreateSecurityEvents1764200000200 } from './1764200000200-create-security-events';
import { CreateTokens1764200000300 } from './1764200000300-create-tokens';
import { CreateOutbox1764200000400 } from './1764200000400-create-outbox';
import { NotifyChanges1764300000000 } from './1764300000000-notify-changes';
import { CreateUsernameSkeletons1764530000000 } from './1764530000000-create-username-skeletons';
import { CreateFreedUsernames1764530000001 } from './1764530000001-create-freed-usernames';
import { CreateSubmissions1764550000001 } from './1764550000001-create-submissions';
import { NotifyBySchema1764560000000 } from './1764560000000-notify-by-schema';
import { NoteSeenTokens1764550000002 } from './1764550000002-note-seen-tokens';
import { WidenUsernames1764570000000 } from './1764570000000-widen-usernames';
import { CountReissuedTokens1764580000000 } from './1764580000000-count-reissued-tokens';
import { CreateCacheInvalidations1764590000000 } from './1764590000000-create-cache-invalidations';
import { WidenRoles1764610000000 } from './1764610000000-widen-roles';
import { RecordReplacedRows1764600000000 } from './1764600000000-record-replaced-rows';

/**
 * Every table of the library, oldest first. Features pass their own migrations to `DatabaseModule.forRoot`.
 */
export const CORE_MIGRATIONS = [
  CreateUsers1763800000000,
  CreateSessions1763800000001,
  CreateRememberFamilies1763800000002,
  TellWhySessionsEnded1763850000000,
  AddSecurityVersion1763900000000,
  CreateKeptForms1763900000001,
  CreateThrottleCounters1764000100000,
  TellConfirmedEmails1764200000000,
  AddRole1764200000100,
  CreateSecurityEvents1764200000200,
  CreateTokens1764200000300,
  CreateOutbox1764200000400,
  NotifyChanges1764300000000,
  CreateUsernameSkeletons1764530000000,
  CreateFreedUsernames1764530000001,
  CreateSubmissions1764550000001,
  NotifyBySchema1764560000000,
  NoteSeenTokens1764550000002,
  WidenUsernames1764570000000,
  CountReissuedTokens1764580000000,
  CreateCacheInvalidations1764590000000,
  RecordReplacedRows1764600000000,
  WidenRoles1764610000000,
];
