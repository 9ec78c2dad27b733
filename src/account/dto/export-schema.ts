import { getSchemaPath } from '@nestjs/swagger';
import { UserDto } from '../../users/dto/user.dto';
import { SessionDto } from './session.dto';

/** OpenAPI schema of an export. Each imported module may add its own list. */
export const EXPORT_SCHEMA = {
  type: 'object',
  properties: {
    exportedAt: { type: 'string', format: 'date-time', example: '2026-11-22T09:30:00.000Z' },
    account: { $ref: getSchemaPath(UserDto) },
    sessions: { type: 'array', items: { $ref: getSchemaPath(SessionDto) } },
  },
  required: ['exportedAt', 'account', 'sessions'],
  additionalProperties: {
    type: 'array',
    description: 'What a feature keeps, by its name',
    items: { type: 'object', additionalProperties: true },
  },
};
