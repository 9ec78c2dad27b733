import { Injectable } from '@nestjs/common';
import { AuditTrail, type ListedEntry } from '../events/audit/audit-trail';
import { everyPage } from '../http/page';
import { PersonalData } from '../users/personal-data';
import { ActivityDto } from './dto/activity.dto';

/** An attacker or a third party may have caused these: do not export their IP address and browser. */
const BY_WHOM_IS_UNKNOWN = [
  'auth.accountLocked',
  'auth.loginFailed',
  'auth.throttled',
  'rememberMe.tokenReplayed',
];

/** A user's audit entries for the data export, newest first. */
@Injectable()
export class ActivityOfUser extends PersonalData {
  readonly section = 'activity';

  constructor(private readonly trail: AuditTrail) {
    super();
  }

  async *pagesOf(userId: number): AsyncGenerator<ActivityDto[]> {
    for await (const entries of everyPage((query) => this.trail.list(query, userId))) {
      yield entries.map(exported);
    }
  }
}

function exported(entry: ListedEntry): ActivityDto {
  const isByUnknown = BY_WHOM_IS_UNKNOWN.includes(entry.name);
  return ActivityDto.of(isByUnknown ? { ...entry, ip: null, userAgent: null } : entry);
}
