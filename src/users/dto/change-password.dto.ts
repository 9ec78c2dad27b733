import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../../common/text-field.decorator';

export class ChangePasswordDto {
  @ApiProperty({ format: 'password', example: 'correct horse battery staple' })
  @TextField()
  currentPassword!: string;

  @ApiProperty({ format: 'password', example: 'a heron stands in the rain', minLength: 8, maxLength: 128 })
  @TextField()
  newPassword!: string;
}
