import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsBoolean, IsOptional } from 'class-validator';
import { TextField } from '../../http/text/text-field.decorator';

export class LoginDto {
  @ApiProperty({ example: 'ada' })
  @TextField()
  username!: string;

  @ApiProperty({ example: 'correct horse battery staple', format: 'password' })
  @TextField()
  password!: string;

  @ApiPropertyOptional({
    default: false,
    example: false,
    description: 'Whether this device stays logged in beyond its session',
  })
  @IsOptional()
  @IsBoolean({ message: 'Use true or false.' })
  remember?: boolean;
}

/** The form accepts any field: malformed credentials get the same response as a wrong password. */
export class LoginFormDto {
  @Allow()
  username?: unknown;

  @Allow()
  password?: unknown;

  @Allow()
  remember?: unknown;

  @Allow()
  next?: unknown;
}
