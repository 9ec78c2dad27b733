import { applyDecorators } from '@nestjs/common';
import { Expose, Transform, type TransformFnParams } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsPositive,
  IsString,
  Matches,
  Max,
  Min,
  ValidateBy,
} from 'class-validator';
import { isUnambiguous } from './credentials-in-url';
import { isExactOrigin } from './origins';

const DURATION_UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Parses a duration with its unit: `500ms`, `90s`, `30m`, `12h`, `30d`.
 * @returns milliseconds, or NaN for anything else, such as a number without a unit.
 */
export function parseDuration(text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text.trim());
  return match ? Number(match[1]) * DURATION_UNITS[match[2] as keyof typeof DURATION_UNITS] : NaN;
}

const SIZE_UNITS: Record<string, number> = { B: 1, kB: 1_024, MB: 1_024 ** 2 };

/** Bytes of a size with its unit, such as `64kB`, or NaN for anything else. */
export function parseSize(text: string): number {
  const [, number, unit] = /^(\d{1,9})(B|kB|MB)$/.exec(text.trim()) ?? [];
  return number === undefined ? NaN : Number(number) * SIZE_UNITS[unit];
}

/*
 * Each decorator reads one environment variable. Its error message, which prevents the start, lists the
 * allowed values.
 */

type Rule = PropertyDecorator;

/** The environment variables that are settings. */
export const SETTING_NAMES = new Set<string>();

function readAs(name: string, read: (text: string) => unknown): Rule {
  SETTING_NAMES.add(name);
  return applyDecorators(
    Expose({ name }),
    Transform(({ value }: TransformFnParams): unknown => (typeof value === 'string' ? read(value) : value)),
  );
}

const items = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/** @param rules for its text; without them it may be any text. */
export const Text = (name: string, ...rules: Rule[]): Rule =>
  applyDecorators(
    readAs(name, (text) => text.trim()),
    ...rules,
  );

export const OneOf = (name: string, values: readonly string[]): Rule => {
  const all = [values.slice(0, -1).join(', '), values.at(-1)].join(' or ');
  return Text(name, IsIn(values, { message: `${name} may be ${all}` }));
};

export function WholeNumber(name: string, from: number, to: number): Rule {
  const rule = { message: `${name} may be a whole number from ${from} to ${to}` };
  const read = (text: string) => (/^-?\d+$/.test(text.trim()) ? Number(text) : NaN);
  return applyDecorators(readAs(name, read), IsInt(rule), Min(from, rule), Max(to, rule));
}

/** Written with its unit, stored in milliseconds. */
export function Duration(name: string): Rule {
  const rule = {
    message: `${name} may be a duration above zero with its unit: ms, s, m, h or d (for example 30m)`,
  };
  return applyDecorators(readAs(name, parseDuration), IsInt(rule), IsPositive(rule));
}

/** Written with its unit, stored in bytes. */
export function Size(name: string, from: string, to: string): Rule {
  const rule = { message: `${name} may be a size from ${from} to ${to} with its unit: B, kB or MB` };
  return applyDecorators(
    readAs(name, parseSize),
    IsInt(rule),
    Min(parseSize(from), rule),
    Max(parseSize(to), rule),
  );
}

export const OnOrOff = (name: string): Rule =>
  applyDecorators(
    readAs(name, (text) => (text === 'on' ? true : text === 'off' ? false : text)),
    IsBoolean({ message: `${name} may be on or off` }),
  );

export function Names(name: string): Rule {
  const rule = { message: `${name} may be names, separated by commas` };
  return applyDecorators(readAs(name, items), IsArray(rule), IsString({ ...rule, each: true }));
}

export function Origins(name: string): Rule {
  const wrong = (value: unknown): unknown[] =>
    Array.isArray(value) ? value.filter((item) => !isExactOrigin(item)) : [value];
  return applyDecorators(
    readAs(name, items),
    ValidateBy(
      { name: 'areOrigins', validator: { validate: (value) => wrong(value).length === 0 } },
      {
        message: ({ value }) =>
          `${name} may be exact https origins (for example https://app.example.com), or http ones of this machine: not ${wrong(
            value,
          )
            .map((item) => JSON.stringify(item))
            .join(', ')}`,
      },
    ),
  );
}

export function Secrets(name: string): Rule {
  const rule = { message: `${name} may be one or more secrets, separated by commas` };
  return applyDecorators(
    readAs(name, items),
    ArrayNotEmpty(rule),
    IsString({ ...rule, each: true }),
    IsNotEmpty({ ...rule, each: true }),
  );
}

/** @param form the allowed URLs. A URL with an invalid port or address may match but is rejected too. */
export function Address(name: string, form: RegExp, what: string): Rule {
  const rule = { message: `${name} may be ${what}` };
  return Text(
    name,
    Matches(form, rule),
    ValidateBy({ name: 'isUrl', validator: { validate: (value) => URL.canParse(String(value)) } }, rule),
  );
}

/**
 * For a URL that may contain a password: no message shows it, and a part that could pass for a host is
 * rejected.
 */
export const PercentEncoded = (name: string): Rule =>
  ValidateBy(
    {
      name: 'isPercentEncoded',
      validator: { validate: (value) => hasNoPassword(value) || isUnambiguous(String(value)) },
    },
    {
      message: `${name} cannot be read: percent-encode what is not a letter or a digit in its user name and password (# is %23, / is %2F, ? is %3F, @ is %40, % is %25)`,
    },
  );

const hasNoPassword = (value: unknown): boolean => !/^(?!sqlite:)\w+:\/\/.*@/.test(String(value));
