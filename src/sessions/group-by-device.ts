import type { ListedSession } from './session-engine';

/** The live sessions of one device, most recently used first. */
export type DeviceSessions = [ListedSession, ...ListedSession[]];

/**
 * A remembered device can have several sessions: tabs that a browser restores together may each start one.
 */
export function groupByDevice(sessions: ListedSession[]): DeviceSessions[] {
  const devices = new Map<string, DeviceSessions>();
  for (const session of sessions) {
    const key = session.familyId ?? session.idHash;
    const device = devices.get(key);
    if (device) device.push(session);
    else devices.set(key, [session]);
  }
  return [...devices.values()];
}
