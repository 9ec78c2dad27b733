import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { TextField } from '../../http/text/text-field.decorator';
import { EmailField, UsernameField } from './fields';

/** What a sign-up asks for. A subclass in the option `users.signUp` adds fields. */
export class SignupDto {
  @ApiProperty({
    example: 'ada',
    maxLength: 64,
    description:
      'Letters of one script, digits and ._- ; unique whatever its case, width or surrounding spaces',
  })
  @UsernameField()
  username!: string;

  @ApiProperty({ example: 'correct horse battery staple', minLength: 8, maxLength: 128, format: 'password' })
  @TextField()
  password!: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'ada@example.com', maxLength: 254 })
  @IsOptional()
  @EmailField()
  email?: string | null;
}
