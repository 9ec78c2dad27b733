import { ApiProperty } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import { CurrentPasswordField } from '../../users/dto/fields';

export class ReauthenticateDto {
  @ApiProperty({ format: 'password', example: 'correct horse battery staple' })
  @CurrentPasswordField()
  password!: string;
}

export class ReauthenticateFormDto extends ReauthenticateDto {
  @Allow()
  next?: unknown;
}
