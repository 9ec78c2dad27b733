/**
 * The fields of a body, to read or delete one. A body that is a text, a list or bytes has none: to enumerate the bytes
 * of an upload would take seconds.
 */
export function fieldsOf(body: unknown): Record<string, unknown> {
  const hasFields =
    typeof body === 'object' && body !== null && !Array.isArray(body) && !ArrayBuffer.isView(body);
  return hasFields ? (body as Record<string, unknown>) : {};
}
