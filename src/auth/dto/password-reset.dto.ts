import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../../common/text-field.decorator';
import { EmailField } from '../../users/dto/fields';

export class PasswordResetDto {
  @ApiProperty({ example: 'ada@example.com', maxLength: 254 })
  @EmailField()
  email!: string;
}

/** The form: its token is in a cookie. */
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
  @ApiProperty({
    example: 'Zt4yQnT0vUe0oE9c1nGxWq3bq0m2yY1r5s7uKp8dLhA',
    description: 'The end of the mailed link',
  })
  @TextField()
  token!: string;
}
