import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsBoolean, IsIn, IsOptional } from 'class-validator';
import { TextField } from '../../http/text/text-field.decorator';
import { UserDto } from '../../users/dto/user.dto';

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

  @ApiPropertyOptional({
    enum: ['bearer'],
    description:
      'bearer: the session ID comes in the body instead of a cookie, for Authorization: Bearer. Not with remember',
  })
  @IsOptional()
  @IsIn(['bearer'], { message: 'Use bearer, or leave it out.' })
  session?: 'bearer';
}

export class LoggedInDto extends UserDto {
  @ApiPropertyOptional({
    example: 'n9Fq…',
    description: 'For Authorization: Bearer, after a log-in that asked for it. Keep it secret',
  })
  sessionId?: string;
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
