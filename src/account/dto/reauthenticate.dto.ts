import { ApiProperty } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import { TextField } from '../../common/text-field.decorator';

export class ReauthenticateDto {
  @ApiProperty({ format: 'password', example: 'correct horse battery staple' })
  @TextField()
  password!: string;
}

export class ReauthenticateFormDto extends ReauthenticateDto {
  @Allow()
  next?: unknown;
}
