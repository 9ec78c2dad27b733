import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../../http/text/text-field.decorator';
import { CurrentPasswordField } from './fields';

export class ChangePasswordDto {
  @ApiProperty({ format: 'password', example: 'correct horse battery staple' })
  @CurrentPasswordField()
  currentPassword!: string;

  @ApiProperty({ format: 'password', example: 'a heron stands in the rain', minLength: 8, maxLength: 128 })
  @TextField()
  newPassword!: string;
}
