import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../../http/text/text-field.decorator';
import { EmailField } from '../../users/dto/fields';
import { MailedTokenField } from '../mailed-token';

export class PasswordResetDto {
  @ApiProperty({ example: 'ada@example.com', maxLength: 254 })
  @EmailField()
  email!: string;
}

/** For the form, whose token is in a cookie. */
export class NewPasswordDto {
  @ApiProperty({
    example: 'a heron stands in the rain',
    minLength: 8,
    maxLength: 128,
    format: 'password',
  })
  @TextField()
  password!: string;
}

export class PasswordResetConfirmDto extends NewPasswordDto {
  @MailedTokenField()
  token!: string;
}
