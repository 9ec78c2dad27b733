import { Get, Query, Render } from '@nestjs/common';
import { PagesController } from '../http/latchkey-routes';
import { CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { AuditTrail } from '../events/audit/audit-trail';
import { PageQuery } from '../http/page';
import { describeActivity } from './describe-activity';
import { describeDevice } from '../http/describe-device';

/** Shows account activity, so that the user can spot an intruder. */
@PagesController('account/activity')
export class ActivityPagesController {
  constructor(private readonly trail: AuditTrail) {}

  @Get()
  @Render('account/activity')
  async list(@Query() query: PageQuery, @CurrentUser() { id }: Principal) {
    const { items, nextCursor } = await this.trail.list(query, id);
    const activity = items.map((entry) => ({
      at: entry.at,
      ip: entry.ip,
      text: describeActivity(entry),
      ...describeDevice(entry.userAgent),
    }));
    return { title: 'Your activity', activity, nextCursor, first: query.after === undefined };
  }
}
