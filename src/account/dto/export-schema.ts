import { getSchemaPath } from '@nestjs/swagger';
import { UserDto } from '../../users/dto/user.dto';
import { SessionDto } from './session.dto';

/** What the document says of an export: which lists stand in it beside these depends on the modules that are there. */
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
