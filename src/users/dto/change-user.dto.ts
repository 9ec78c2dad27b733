import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsOptional, ValidateIf } from 'class-validator';
import { TextField } from '../../http/text/text-field.decorator';
import { CurrentPasswordField, EmailField, UsernameField } from './fields';

/** Missing fields stay unchanged. */
export class UpdateUserDto {
  @ApiPropertyOptional({
    example: 'ada',
    maxLength: 64,
    description:
      'A new one asks for `currentPassword` when the last log-in is more than 10 minutes ago; the former is reserved for its owner for 90 days',
  })
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

export class DeleteUserDto extends PickType(UpdateUserDto, ['currentPassword']) {}

export class ChangePasswordDto {
  @ApiProperty({ format: 'password', example: 'correct horse battery staple' })
  @CurrentPasswordField()
  currentPassword!: string;

  @ApiProperty({ format: 'password', example: 'a heron stands in the rain', minLength: 8, maxLength: 128 })
  @TextField()
  newPassword!: string;
}

export class DeleteAccountDto {
  @CurrentPasswordField()
  currentPassword!: string;
}
