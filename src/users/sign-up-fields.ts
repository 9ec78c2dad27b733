import { Injectable, type Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata';
import { UserModel } from '../options/user-model';
import { SignupDto } from './dto/signup.dto';
import { type OwnColumn, ownColumns } from './own-columns';

/** A field that the application adds to the sign-up, as its form shows it. */
export interface SignUpField {
  name: string;
  label: string;
  hint: string | undefined;
  /** Of an input, or `select`. */
  type: string;
  options: string[] | undefined;
  autocomplete: string | undefined;
  /** In characters: the shortest of what the DTO and the column allow. */
  maxLength: number;
  isRequired: boolean;
}

/** What `@ApiProperty` keeps of a property. */
interface Described {
  title?: string;
  description?: string;
  format?: string;
  maxLength?: number;
  enum?: unknown[] | Record<string, unknown>;
}

/** Where @nestjs/swagger keeps it. */
const DESCRIBED = 'swagger/apiModelProperties';
/** The length of a text whose DTO and column declare none. */
const LONGEST_TEXT = 255;

const TYPES_BY_FORMAT: Record<string, string> = {
  date: 'date',
  'date-time': 'datetime-local',
  email: 'email',
  tel: 'tel',
  time: 'time',
  uri: 'url',
};
const FORMATS_BY_VALIDATOR: Record<string, string> = { isEmail: 'email', isUrl: 'uri', isPhoneNumber: 'tel' };

/** Names of the HTML standard (4.10.18.7) that a browser fills in, and that a property may have in camelCase. */
const AUTOCOMPLETE = new Set(
  (
    'name given-name family-name additional-name nickname honorific-prefix honorific-suffix organization ' +
    'organization-title street-address postal-code country country-name bday sex language url tel email'
  ).split(' '),
);

/** The fields of the option `users.signUp` that are not ours. */
@Injectable()
export class SignUpFields {
  readonly all: readonly SignUpField[];
  readonly names: readonly string[];

  constructor(model: UserModel) {
    this.all = signUpFields(model);
    this.names = this.all.map(({ name }) => name);
  }

  /** What a page shows to the user themselves. */
  factsOf(user: object): { label: string; value: unknown }[] {
    const values = user as Record<string, unknown>;
    return this.all.map(({ name, label }) => ({ label, value: values[name] }));
  }
}

/** Derived from the decorators of @nestjs/swagger, class-validator and TypeORM. */
export function signUpFields({ entity, signUp }: UserModel): SignUpField[] {
  if (!signUp) return [];
  const rules = rulesOf(signUp);
  const ours = new Set(rulesOf(SignupDto).map(({ propertyName }) => propertyName));
  const names = new Set(rules.map(({ propertyName }) => propertyName).filter((name) => !ours.has(name)));
  const columns = ownColumns(entity);
  return [...names].map((name) =>
    fieldOf(
      name,
      rules.filter(({ propertyName }) => propertyName === name),
      (Reflect.getMetadata(DESCRIBED, signUp.prototype as object, name) ?? {}) as Described,
      columns.find(({ property }) => property === name),
    ),
  );
}

function fieldOf(
  name: string,
  rules: ValidationMetadata[],
  described: Described,
  column: OwnColumn | undefined,
): SignUpField {
  const options = optionsOf(rules, described);
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1-$2').toLowerCase();
  const format = described.format ?? rules.map((rule) => FORMATS_BY_VALIDATOR[rule.name ?? '']).find(Boolean);
  return {
    name,
    label: described.title ?? words.charAt(0).toUpperCase() + words.slice(1).replaceAll('-', ' '),
    hint: described.description,
    type: options ? 'select' : (TYPES_BY_FORMAT[format ?? ''] ?? 'text'),
    options,
    autocomplete: AUTOCOMPLETE.has(words) ? words : undefined,
    maxLength: shortest([described.maxLength, column?.length, ...rules.map(longestBy)]),
    isRequired: !rules.some(({ type }) => type === 'conditionalValidation'), // @IsOptional, @ValidateIf
  };
}

function optionsOf(rules: ValidationMetadata[], { enum: listed }: Described): string[] | undefined {
  const rule = rules.find(({ name }) => name === 'isIn' || name === 'isEnum');
  const values: unknown = listed ?? (rule?.name === 'isEnum' ? rule.constraints[1] : rule?.constraints[0]);
  if (values === undefined) return undefined;
  return Object.values(values as object).map(String);
}

function longestBy({ name, constraints }: ValidationMetadata): number | undefined {
  if (name === 'maxLength' || name === 'textField') return constraints[0] as number;
  return name === 'isLength' ? (constraints[1] as number | undefined) : undefined;
}

function shortest(lengths: (number | undefined)[]): number {
  const shortest = Math.min(...lengths.map((length) => length ?? Infinity));
  return shortest === Infinity ? LONGEST_TEXT : shortest;
}

const rulesOf = (dto: Type<unknown>): ValidationMetadata[] =>
  getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
