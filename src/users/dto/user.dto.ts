import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { User } from '../user.entity';

/** A user as the API and pages show one: never a hash, the e-mail to its owner alone. */
export class UserDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ example: 'ada' })
  username!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'ada@example.com',
    description: 'Only to its owner',
  })
  email?: string | null;

  @ApiPropertyOptional({ example: false, description: 'Only to its owner' })
  emailVerified?: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:30:00.000Z' })
  createdAt!: string;

  static of(user: User, viewerId: number | undefined): UserDto {
    const { id, username, email, emailVerifiedAt } = user;
    const own = id === viewerId ? { email, emailVerified: emailVerifiedAt !== null } : {};
    return { id, username, ...own, createdAt: new Date(user.createdAt).toISOString() };
  }
}

export class UserPageDto {
  @ApiProperty({ type: [UserDto] })
  items!: UserDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'For `?cursor=`; null on the last page',
  })
  nextCursor!: string | null;
}
