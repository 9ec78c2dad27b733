import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ListedUser } from '../user-list';

/** A user as the API and pages show one: never a hash, and the e-mail address only to its owner. */
export class UserDto {
  @ApiProperty({ type: 'integer', example: 1 })
  id!: number;

  @ApiProperty({ example: 'ada', description: 'As typed at sign-up' })
  username!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'ada@example.com',
    description: 'Only to its owner; null when there is none',
  })
  email?: string | null;

  @ApiPropertyOptional({ example: false, description: 'Only to its owner' })
  emailVerified?: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:30:00.000Z' })
  createdAt!: string;

  /** @param fields of the application that are shown to the owner. */
  static of(user: ListedUser, viewerId: number | undefined, fields: readonly string[] = []): UserDto {
    const { id, username, email, emailVerifiedAt } = user;
    const own =
      id === viewerId ? { ...picked(user, fields), email, emailVerified: emailVerifiedAt !== null } : {};
    return { ...own, id, username, createdAt: new Date(user.createdAt).toISOString() };
  }
}

const picked = (user: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(user).filter(([name]) => names.includes(name)));

/** As ada sees them: she sees only her own e-mail address. */
const EXAMPLES: UserDto[] = [
  {
    id: 1,
    username: 'ada',
    email: 'ada@example.com',
    emailVerified: false,
    createdAt: '2026-11-22T09:30:00.000Z',
  },
  { id: 2, username: 'grace', createdAt: '2026-11-22T09:31:00.000Z' },
];

export class UserPageDto {
  @ApiProperty({ type: [UserDto], example: EXAMPLES })
  items!: UserDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Mg',
    description: 'For `?cursor=`; null on the last page',
  })
  nextCursor!: string | null;
}
