import { AuditQueue } from '../../src/events/audit/audit-queue';
import { AuditVerification, type Verified } from '../../src/events/audit/audit-verification';
import type { Checkpoint } from '../../src/events/audit/checkpoint-file';
import { SecurityEventBus } from '../../src/events/bus/security-event-bus';
import type { TestApp } from './app';

/** A row of the database. */
export interface StoredEntry {
  id: number;
  name: string;
  at: number | string;
  user_id: number | null;
  actor_id: number | null;
  session_id_hash: string | null;
  request_id: string | null;
  ip: string | null;
  user_agent: string | null;
  details: string;
  previous_hash: string;
  hash: string;
}

/** Waits until all events of these instances are written. */
export async function written(...instances: TestApp[]): Promise<void> {
  for (const { app } of instances) await app.get(AuditQueue, { strict: false }).drain();
}

export async function entries(app: TestApp): Promise<StoredEntry[]> {
  await written(app);
  return app.dataSource.query<StoredEntry[]>('SELECT * FROM security_events ORDER BY id');
}

/** The result of "latchkey audit verify". */
export async function verify(app: TestApp, known?: Checkpoint): Promise<Verified & { findings: string[] }> {
  const findings: string[] = [];
  const verification = app.app.get(AuditVerification, { strict: false });
  const verified = await verification.run((finding) => findings.push(finding), known);
  return { ...verified, findings };
}

/** Publishes this many events without a request: users from ID 1 on are enabled. */
export async function happen(app: TestApp, times: number): Promise<void> {
  const bus = app.app.get(SecurityEventBus, { strict: false });
  for (let userId = 1; userId <= times; userId++) bus.publish('user.enabled', { userId });
  await written(app);
}
