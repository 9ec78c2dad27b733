import { Get, HttpStatus, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../../access/decorators';
import { OwnController } from '../latchkey-routes';
import { Database } from '../../database/database';
import { SessionEngine } from '../../sessions/session-engine';
import { LivenessDto, PartDto, ReadinessDto } from './dto/health.dto';

/** Liveness is for the process supervisor, readiness for the load balancer. */
@ApiTags('health')
@OwnController('health')
@Public()
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly sessionStore: SessionEngine,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process answers' })
  @ApiOkResponse({ type: LivenessDto, description: 'It does', example: { status: 'ok' } })
  live(): LivenessDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the database and the session store can be read and written' })
  @ApiExtraModels(PartDto)
  @ApiOkResponse({
    type: ReadinessDto,
    description: 'They do',
    example: { status: 'ok', details: { database: { status: 'up' }, sessionStore: { status: 'up' } } },
  })
  @ApiServiceUnavailableResponse({
    type: ReadinessDto,
    description: 'Says which part is down',
    example: {
      status: 'error',
      details: { database: { status: 'up' }, sessionStore: { status: 'down' } },
    },
  })
  async ready(@Res({ passthrough: true }) response: Response): Promise<ReadinessDto> {
    const [database, sessionStore] = await Promise.all([this.database.ping(), this.sessionStore.ping()]);
    const isReady = database && sessionStore;
    if (!isReady) response.status(HttpStatus.SERVICE_UNAVAILABLE);
    return {
      status: isReady ? 'ok' : 'error',
      details: { database: part(database), sessionStore: part(sessionStore) },
    };
  }
}

const part = (isUp: boolean): PartDto => ({ status: isUp ? 'up' : 'down' });
