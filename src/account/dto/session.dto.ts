import { ApiProperty } from '@nestjs/swagger';
import type { Device } from '../../sessions/devices';
import { describeDevice } from '../../http/describe-device';

/** A live session for its owner. */
export class SessionDto {
  @ApiProperty({ example: 'q8Zr2kQbT0m1x9cWvY5n3A', description: 'Public; it opens nothing' })
  id!: string;

  @ApiProperty({ example: true, description: 'Whether this very request belongs to it' })
  current!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:41:00.000Z', description: 'To about a minute' })
  lastSeenAt!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Firefox' })
  browser!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Linux' })
  os!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '203.0.113.7',
    description: 'Where it was started from',
  })
  ip!: string | null;

  static of({ id, current, createdAt, lastSeenAt, userAgent, ip }: Device): SessionDto {
    return {
      id,
      current,
      createdAt: new Date(createdAt).toISOString(),
      lastSeenAt: new Date(lastSeenAt).toISOString(),
      ...describeDevice(userAgent),
      ip,
    };
  }
}

export class SessionListDto {
  @ApiProperty({ type: [SessionDto] })
  items!: SessionDto[];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null on the last page' })
  nextCursor!: string | null;
}
