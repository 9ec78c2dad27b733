import { ApiProperty } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import { TextField } from '../../common/text-field.decorator';

export class LoginDto {
  @ApiProperty({ example: 'ada' })
  @TextField()
  username!: string;

  @ApiProperty({ example: 'correct horse battery staple', format: 'password' })
  @TextField()
  password!: string;
}

/** The form: whatever is wrong with its fields, the answer is the same as for a wrong password. */
export class LoginFormDto {
  @Allow()
  username?: unknown;

  @Allow()
  password?: unknown;

  @Allow()
  next?: unknown;
}
