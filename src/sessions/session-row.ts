import { type FindOptionsWhere, Not } from 'typeorm';
import { isResourceId } from '../common/resource-id';
import type { EndTarget, SessionValues } from './session-engine';
import type { SessionEntity } from './session.entity';

/** The rows that a target means. */
export function whereOf(target: EndTarget): FindOptionsWhere<SessionEntity> {
  if (!('exceptIdHash' in target)) return target;
  const { userId, exceptIdHash } = target;
  return exceptIdHash === undefined ? { userId } : { userId, idHash: Not(exceptIdHash) };
}

/** The columns that hold what a session holds. */
export function columnsOf(values: SessionValues): Pick<SessionEntity, 'data' | 'userId' | 'familyId'> {
  const { userId, familyId } = values;
  return {
    data: JSON.stringify(values),
    userId: isResourceId(userId) ? userId : null,
    familyId: typeof familyId === 'string' ? familyId : null,
  };
}

/** @returns what `columnsOf` has written, or null for anything else. */
export function parseValues(data: string): SessionValues | null {
  try {
    const values: unknown = JSON.parse(data);
    return typeof values === 'object' && values !== null && !Array.isArray(values)
      ? (values as SessionValues)
      : null;
  } catch {
    return null;
  }
}
