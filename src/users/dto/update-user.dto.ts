import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateIf } from 'class-validator';
import { CurrentPasswordField, EmailField, UsernameField } from './fields';

/** What changes; a field that is not given stays. */
export class UpdateUserDto {
  @ApiPropertyOptional({ example: 'ada', maxLength: 64 })
  @ValidateIf((_, value) => value !== undefined)
  @UsernameField()
  username?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'ada@example.com',
    maxLength: 254,
    description:
      'Null removes it. Asks for `currentPassword` when the last log-in is more than 10 minutes ago',
  })
  @IsOptional()
  @EmailField()
  email?: string | null;

  @ApiPropertyOptional({
    format: 'password',
    example: 'correct horse battery staple',
    description: 'Asked for when the last log-in is more than 10 minutes ago',
  })
  @ValidateIf((_, value) => value !== undefined && value !== '')
  @CurrentPasswordField()
  currentPassword?: string;
}
