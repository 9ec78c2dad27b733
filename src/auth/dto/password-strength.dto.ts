import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';

const ONE_TEXT = { message: 'This field must be one text.' };

export class PasswordToEstimateDto {
  @ApiProperty({ example: 'correct horse battery staple', format: 'password' })
  @IsString(ONE_TEXT)
  password!: string;

  @ApiPropertyOptional({
    example: 'ada',
    description: 'Who it would be for; with a session that is its user',
  })
  @IsOptional()
  @IsString(ONE_TEXT)
  username?: string;

  @ApiPropertyOptional({ example: 'ada@example.com' })
  @IsOptional()
  @IsString(ONE_TEXT)
  email?: string;
}

export class PasswordStrengthDto {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 4, example: 4, description: 'Below 2 it is refused' })
  score!: number;

  @ApiProperty({ type: [String], example: [], description: 'Why it would be refused; empty when it is good' })
  objections!: string[];
}
