import type { OpenAPIObject } from '@nestjs/swagger';

/** The subset of OpenAPI schemas that the document uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  nullable?: boolean;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | true;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  allOf?: Schema[];
  description?: string;
  example?: unknown;
  default?: unknown;
}

const KNOWN = [
  ['$ref', 'type', 'format', 'nullable', 'enum', 'items', 'properties', 'required', 'additionalProperties'],
  ['minimum', 'maximum', 'minLength', 'maxLength', 'allOf', 'description', 'example', 'default'],
].flat();

/**
 * The mismatches between a value and its schema, as sentences that begin with the path. Stricter than JSON Schema:
 * an undocumented property is a mismatch, and so is a keyword that this check does not know.
 */
export function mismatches(
  document: OpenAPIObject,
  schema: Schema,
  value: unknown,
  at = 'the body',
): string[] {
  const unknown = Object.keys(schema).filter((keyword) => !KNOWN.includes(keyword));
  if (unknown.length > 0)
    return [`${at}: the schema uses ${unknown.join(', ')}, which this check does not know`];
  if (value === null && schema.nullable) return [];
  if (schema.$ref) return mismatches(document, resolve(document, schema.$ref), value, at);
  if (schema.allOf) return schema.allOf.flatMap((part) => mismatches(document, part, value, at));
  if (schema.enum && !schema.enum.includes(value)) return [`${at} is none of ${schema.enum.join(', ')}`];

  switch (schema.type) {
    case 'object':
      return objectMismatches(document, schema, value, at);
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, index) => mismatches(document, schema.items ?? {}, item, `${at}[${index}]`))
        : [`${at} is not a list`];
    case 'integer':
      return Number.isInteger(value)
        ? outOfRange(schema, value as number, at)
        : [`${at} is not a whole number`];
    case 'string':
      return typeof value === 'string' ? stringMismatches(schema, value, at) : [`${at} is not a text`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${at} is neither true nor false`];
    default:
      return [`${at}: the schema has no type`];
  }
}

function objectMismatches(document: OpenAPIObject, schema: Schema, value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is not an object`];
  const { properties = {}, required = [], additionalProperties } = schema;
  const missing = required.filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, inner]) => {
    const part = name in properties ? properties[name] : additionalProperties;
    if (part === true) return []; // an open object
    return part ? mismatches(document, part, inner, `${at}.${name}`) : [`${at}.${name} is not documented`];
  });
  return [...missing, ...wrong];
}

function stringMismatches(
  { format, minLength = 0, maxLength = Infinity }: Schema,
  value: string,
  at: string,
): string[] {
  if (value.length < minLength || value.length > maxLength) return [`${at} is too short or too long`];
  if (format !== 'date-time') return [];
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString() === value
    ? []
    : [`${at} is no time in ISO 8601`];
}

function outOfRange(
  { minimum = -Infinity, maximum = Infinity }: Schema,
  value: number,
  at: string,
): string[] {
  return value < minimum || value > maximum ? [`${at} is out of range`] : [];
}

function resolve({ components }: OpenAPIObject, reference: string): Schema {
  const name = reference.replace('#/components/schemas/', '');
  const schema = components?.schemas?.[name];
  if (!schema) throw new Error(`${reference} leads nowhere`);
  return schema as Schema;
}
