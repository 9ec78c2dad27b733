import { ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';

export class LivenessDto {
  @ApiProperty({ enum: ['ok'] })
  status!: string;
}

export class PartDto {
  @ApiProperty({ enum: ['up', 'down'] })
  status!: string;

  @ApiPropertyOptional({ description: 'Why it is down', example: 'timeout of 1500ms exceeded' })
  message?: string;
}

export class ReadinessDto {
  @ApiProperty({ enum: ['ok', 'error', 'shutting_down'] })
  status!: string;

  @ApiProperty({
    type: 'object',
    description: 'Every part that was asked, by its name',
    additionalProperties: { $ref: getSchemaPath(PartDto) },
    example: { database: { status: 'up' } },
  })
  details!: Record<string, PartDto>;
}
