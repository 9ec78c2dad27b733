import { applyDecorators } from '@nestjs/common';
import { Expose, Transform, type TransformFnParams } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsPositive,
  Matches,
  Max,
  Min,
  ValidateBy,
} from 'class-validator';
import { isUnambiguous } from './credentials-in-url';
import { parseDuration } from './duration';
import { parseSize } from './size';

/* Each reads one environment variable. What it may be is what the message says that stops the start. */

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

/** @param rules what it must keep, if not any text will do. */
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

/** Given with its unit, held in milliseconds. */
export const Duration = (name: string): Rule =>
  applyDecorators(
    readAs(name, parseDuration),
    IsPositive({
      message: `${name} may be a duration above zero with its unit: ms, s, m, h or d (for example 30m)`,
    }),
  );

/** Given with its unit, held in bytes. */
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

export const Names = (name: string): Rule => readAs(name, items);

export const Secrets = (name: string): Rule =>
  applyDecorators(
    readAs(name, items),
    ArrayNotEmpty({ message: `${name} may be one or more secrets, separated by commas` }),
  );

/** @param form which URLs; one with a port or an address that is out of range looks right and is none. */
export function Address(name: string, form: RegExp, what: string): Rule {
  const rule = { message: `${name} may be ${what}` };
  return Text(
    name,
    Matches(form, rule),
    ValidateBy({ name: 'isUrl', validator: { validate: (value) => URL.canParse(String(value)) } }, rule),
  );
}

/** For a URL that can hold a password: never named in a message, and refused where a part of it would pass for a host. */
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
