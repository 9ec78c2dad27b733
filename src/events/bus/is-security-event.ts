import type { SecurityEvent } from './security-event';

/** Whether what a listener to everything has heard is one of ours, or has their form. */
export function isSecurityEvent(heard: unknown): heard is SecurityEvent {
  const { name, at, details } = (heard ?? {}) as Record<string, unknown>;
  return typeof name === 'string' && Number.isInteger(at) && typeof details === 'object' && details !== null;
}
