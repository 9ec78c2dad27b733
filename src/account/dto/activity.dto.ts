import { ApiProperty } from '@nestjs/swagger';
import type { ListedEntry } from '../../events/audit/audit-trail';
import { describeActivity } from '../describe-activity';
import { describeDevice } from '../../http/describe-device';

/** An account's audit entry for its owner. */
export class ActivityDto {
  @ApiProperty({ type: 'integer', example: 42 })
  id!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:30:00.000Z' })
  at!: string;

  @ApiProperty({ example: 'auth.loggedIn', description: 'The name of the security event' })
  event!: string;

  @ApiProperty({ example: 'Logged in', description: 'The same in plain words' })
  text!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Firefox' })
  browser!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Linux' })
  os!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  ip!: string | null;

  static of(entry: ListedEntry): ActivityDto {
    const { id, at, name, userAgent, ip } = entry;
    const text = describeActivity(entry);
    return { id, at: new Date(at).toISOString(), event: name, text, ...describeDevice(userAgent), ip };
  }
}

export class ActivityPageDto {
  @ApiProperty({ type: [ActivityDto] })
  items!: ActivityDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'NDI',
    description: 'For `?cursor=`; null on the last page',
  })
  nextCursor!: string | null;
}
