import { Controller, Get, HttpStatus, Res, ServiceUnavailableException } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult, TypeOrmHealthIndicator } from '@nestjs/terminus';
import type { Response } from 'express';
import { Public } from '../access/public.decorator';
import { LivenessDto, PartDto, ReadinessDto } from './dto/health.dto';

const PATIENCE_MS = 1_500;

/** For whoever restarts (live) and whoever sends traffic (ready). */
@ApiTags('health')
@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
  ) {}

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
      details: { database: { status: 'down', message: 'timeout of 1500ms exceeded' } },
    },
  })
  async ready(@Res({ passthrough: true }) response: Response): Promise<Partial<HealthCheckResult>> {
    const { status, details } = await this.check();
    if (status !== 'ok') response.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { status, details };
  }

  private async check(): Promise<HealthCheckResult> {
    try {
      return await this.health.check([() => this.database.pingCheck('database', { timeout: PATIENCE_MS })]);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      return error.getResponse() as HealthCheckResult;
    }
  }
}
