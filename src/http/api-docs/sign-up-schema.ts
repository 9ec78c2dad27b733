import type { Type } from '@nestjs/common';
import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import type { UserModel } from '../../options/user-model';
import { LoggedInDto } from '../../auth/dto/login.dto';
import { SignupDto } from '../../users/dto/signup.dto';
import { UserDto } from '../../users/dto/user.dto';
import { type SignUpField, signUpFields } from '../../users/sign-up-fields';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Exclude<Schemas[string], { $ref: string }>;

const ONLY_TO_OWNER = 'Only to its owner';

/**
 * The class of the option `users.signUp` in place of ours, and its own fields in the users that the API answers with.
 * @param document with the schema of that class.
 */
export function withSignUpFields(document: OpenAPIObject, model: UserModel): OpenAPIObject {
  const { signUp } = model;
  const schemas = document.components?.schemas;
  if (!signUp || !schemas) return document;
  const { [nameOf(signUp)]: replacing, ...others } = schemas as Record<string, Schema>;
  const fields = signUpFields(model);
  const properties = Object.fromEntries(
    fields.map((field) => [field.name, replacing.properties?.[field.name] ?? schemaOf(field)]),
  );
  const shown = Object.entries(properties).map(([name, property]) => [name, onlyToOwner(property)] as const);
  const required = fields.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  const changed = {
    ...others,
    [nameOf(SignupDto)]: {
      ...replacing,
      properties: { ...replacing.properties, ...properties },
      required: [...(replacing.required ?? []).filter((name) => !(name in properties)), ...required],
    },
    ...Object.fromEntries(
      [UserDto, LoggedInDto].map((dto) => {
        const user = others[nameOf(dto)];
        return [nameOf(dto), { ...user, properties: { ...user.properties, ...Object.fromEntries(shown) } }];
      }),
    ),
  };
  return { ...document, components: { ...document.components, schemas: changed } };
}

const nameOf = (model: Type<unknown>): string => getSchemaPath(model).replace('#/components/schemas/', '');

/** Of a field without `@ApiProperty`. */
const schemaOf = ({ maxLength, options }: SignUpField): Schema =>
  options ? { type: 'string', enum: options } : { type: 'string', maxLength };

function onlyToOwner(property: Schemas[string]): Schemas[string] {
  if ('$ref' in property) return property;
  const { description } = property;
  return { ...property, description: description ? `${description}. ${ONLY_TO_OWNER}` : ONLY_TO_OWNER };
}
