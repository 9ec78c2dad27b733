import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../access/public.decorator';
import { Database } from '../database/database';
import { LivenessDto, PartDto, ReadinessDto } from './dto/health.dto';

const PATIENCE_MS = 1_500;

/** For whoever restarts (live) and whoever sends traffic (ready). */
@ApiTags('health')
@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly database: Database) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process answers' })
  @ApiOkResponse({ type: LivenessDto, description: 'It does', example: { status: 'ok' } })
  live(): LivenessDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the database, which holds the sessions too, answers' })
  @ApiExtraModels(PartDto)
  @ApiOkResponse({
    type: ReadinessDto,
    description: 'It does',
    example: { status: 'ok', details: { database: { status: 'up' } } },
  })
  @ApiServiceUnavailableResponse({
    type: ReadinessDto,
    description: 'Says which part is down',
    example: {
      status: 'error',
      details: { database: { status: 'down' } },
    },
  })
  async ready(@Res({ passthrough: true }) response: Response): Promise<ReadinessDto> {
    const isUp = await this.database.answers(PATIENCE_MS);
    if (!isUp) response.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { status: isUp ? 'ok' : 'error', details: { database: { status: isUp ? 'up' : 'down' } } };
  }
}
