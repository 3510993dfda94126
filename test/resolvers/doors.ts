import { type GraphQLField, type GraphQLSchema, getNamedType, isObjectType } from 'graphql';

/** What belongs to somebody. */
const ENTITIES = ['Customer', 'Account', 'Card', 'Authorisation', 'Transaction', 'WebhookSubscription', 'Challenge'];
const ENTITY_LIKE = new Set([...ENTITIES, ...ENTITIES.map((name) => `${name}Connection`)]);
/** Only met behind a door, and leading to nothing but what that door was for. */
const BEHIND_A_DOOR = /(Connection|Edge|Payload)$/;
const ROOTS = ['Query', 'Mutation', 'Subscription'];

export interface FieldPlace {
  /** `Type.field`. */
  path: string;
  field: GraphQLField<unknown, unknown>;
}

function fieldsOf(schema: GraphQLSchema, typeName: string): FieldPlace[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return [];
  return Object.values(type.getFields()).map((field) => ({ path: `${typeName}.${field.name}`, field }));
}

export const rootFieldsOf = (schema: GraphQLSchema): FieldPlace[] => ROOTS.flatMap((name) => fieldsOf(schema, name));

/** The fields of every other object type. */
function innerFieldsOf(schema: GraphQLSchema): FieldPlace[] {
  const names = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__') && !ROOTS.includes(type.name))
    .map(({ name }) => name);
  return names.flatMap((name) => fieldsOf(schema, name));
}

/** Fields that somebody resolves by code: with a call to the API, a rule, or a computation. */
export const fieldResolversOf = (schema: GraphQLSchema): FieldPlace[] =>
  innerFieldsOf(schema).filter(({ field }) => field.resolve !== undefined);

/** Every field that leads into somebody's data, and so needs a rule for who may pass. */
export function doorsOf(schema: GraphQLSchema): FieldPlace[] {
  const references = innerFieldsOf(schema)
    .filter(({ path }) => !BEHIND_A_DOOR.test(path.split('.')[0] ?? ''))
    .filter(({ field }) => ENTITY_LIKE.has(getNamedType(field.type).name));
  return [...rootFieldsOf(schema), ...references];
}

export const doorlessFieldsOf = (schema: GraphQLSchema): string[] =>
  doorsOf(schema)
    .filter(({ field }) => field.extensions.door === undefined)
    .map(({ path }) => path);
