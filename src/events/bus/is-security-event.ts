import type { SecurityEvent } from './security-event';

/** For wildcard listeners: the emitter may also emit an application's own events. */
export function isSecurityEvent(heard: unknown): heard is SecurityEvent {
  const { name, at, details } = (heard ?? {}) as Record<string, unknown>;
  return typeof name === 'string' && Number.isInteger(at) && typeof details === 'object' && details !== null;
}
