import { ApiProperty, getSchemaPath } from '@nestjs/swagger';

export class LivenessDto {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

export class PartDto {
  @ApiProperty({ enum: ['up', 'down'] })
  status!: 'up' | 'down';
}

export class ReadinessDto {
  @ApiProperty({ enum: ['ok', 'error'] })
  status!: 'ok' | 'error';

  @ApiProperty({
    type: 'object',
    description: 'Every part that was asked, by its name',
    additionalProperties: { $ref: getSchemaPath(PartDto) },
    example: { database: { status: 'up' }, sessionStore: { status: 'up' } },
  })
  details!: Record<string, PartDto>;
}
