import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isNullableType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { DoorRule } from '../../src/resolvers/door.js';
import { doorsOf, type FieldPlace } from '../resolvers/doors.js';

/** IDs to put into operations, by the kind of entity, and an idempotency key. */
export interface Subject {
  customer: string;
  account: string;
  card: string;
  authorisation: string;
  transaction: string;
  webhookSubscription: string;
  key: string;
}

/** A field with a rule, and how to ask for it. */
export interface DoorOperation {
  /** `Type.field`. */
  path: string;
  /** The same, and whether it is asked without the arguments that it can do without. */
  title: string;
  rule: DoorRule;
  kind: 'query' | 'reference' | 'mutation' | 'subscription';
  /** Where the field stands in the answer. */
  answerPath: string[];
  /** Whether the ID of somebody's entity goes in. */
  takesSubject: boolean;
  /** Whether an entity with an ID comes out, when there is one. */
  givesEntity: boolean;
  textFor(subject: Subject): string;
  /** Arguments of the field itself, e.g. for a call of its `subscribe`. */
  field: GraphQLField<unknown, unknown>;
}

const ENTITIES = ['Customer', 'Account', 'Card', 'Authorisation', 'Transaction', 'WebhookSubscription'];

/** Where somebody's ID belongs: the argument `id` is of what comes out, or of what the input is about. */
function subjectOf(name: string, about: string): keyof Subject | null {
  if (name === 'idempotencyKey') return 'key';
  const [, noun] = /^(\w+)Id$/.exec(name) ?? [];
  const kind = noun ?? (name === 'id' ? lowerFirst(ENTITIES.find((entity) => about.includes(entity)) ?? '') : '');
  const kinds = ENTITIES.map((entity) => lowerFirst(entity) as keyof Subject);
  return kinds.find((candidate) => candidate === kind) ?? null;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** Values of scalars, as GraphQL literals. A scalar or a text that is not here makes the generator, and so the test, fail. */
const LITERALS: Record<string, string> = {
  ChainAccountId: '"eip155:300:0x00000000000000000000000000000000000000aa"',
  Base64: '"bm8gY2hhbGxlbmdl"',
  CountryCode: '"FR"',
  CurrencyCode: '"EUR"',
  Decimal: '"1.50"',
  URL: '"https://example.com/hook"',
  Boolean: 'false',
  Int: '5',
  'String signature': `"0x${'5a'.repeat(65)}"`,
  'String ownerId': '"eip155:300:0x00000000000000000000000000000000000000aa"',
  'ChainAccountId ownerId': '"eip155:300:0x00000000000000000000000000000000000000aa"',
  'String externalId': '"nobody-in-particular"',
  'String firstLine': '"1 Some Street"',
  'String city': '"Some City"',
  'String postCode': '"75002"',
};

function literalOf(place: string, name: string, type: GraphQLInputType, subject: Subject): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return `[${literalOf(place, name, nullable.ofType, subject)}]`;
  if (isEnumType(nullable)) {
    const value = nullable.getValues().find((candidate) => candidate.name !== 'UNKNOWN');
    return value?.name ?? '';
  }
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields()).filter((field) => isAsked(field, nullable.name));
    return `{${fields.map((field) => `${field.name}: ${literalOf(`${place}.${field.name}`, field.name, field.type, subject)}`).join(', ')}}`;
  }
  const kind = subjectOf(name, place);
  if (kind) return `"${subject[kind]}"`;
  const typeName = getNamedType(nullable).name;
  const literal = LITERALS[`${typeName} ${name}`] ?? LITERALS[typeName];
  if (literal === undefined) throw new Error(`The access matrix has no value for ${place} (${typeName}): give it one`);
  return literal;
}

/** Whatever is required, and whatever can name somebody's entity; keys of mutations are left to the gateway. */
function isAsked(of: GraphQLArgument | GraphQLInputField, about: string): boolean {
  if (isNonNullType(of.type) && of.defaultValue === undefined) return true;
  if (of.name === 'idempotencyKey') return false;
  return of.name === 'filter' || subjectOf(of.name, about) !== null;
}

/** Whether the field can be asked without naming anybody, for instance without its filter. */
const hasChoice = (field: GraphQLField<unknown, unknown>) =>
  field.args.some((argument) => isNullableType(argument.type) && isAsked(argument, field.name));

function argumentsOf(
  path: string,
  field: GraphQLField<unknown, unknown>,
  subject: Subject,
  { isBare = false } = {},
): string {
  const about = `${path}:${getNamedType(field.type).name}`;
  const given = field.args
    .filter((argument) => (isBare ? isRequiredArgument(argument) : isAsked(argument, about)))
    .map(
      (argument) =>
        `${argument.name}: ${literalOf(`${about}.${argument.name}`, argument.name, argument.type, subject)}`,
    );
  return given.length > 0 ? `(${given.join(', ')})` : '';
}

/** Everything that is not behind a door of its own. */
function selectionOf(schema: GraphQLSchema, type: GraphQLObjectType, depth = 4): string {
  const parts = Object.values(type.getFields()).map((field) => {
    const inner = getNamedType(field.type);
    if (field.extensions.door !== undefined || field.args.some(isRequiredArgument)) return '';
    if (isLeafType(inner)) return field.name;
    if (depth === 0) return '';
    if (isObjectType(inner)) return `${field.name} { ${selectionOf(schema, inner, depth - 1)} }`;
    if (!isInterfaceType(inner)) return '';
    // The same field has other types in other implementations, so each gets an alias.
    const fragments = schema.getPossibleTypes(inner).map((possible) => {
      const own = Object.values(possible.getFields()).filter((one) => one.extensions.door === undefined);
      const leaves = own.filter((one) => isLeafType(getNamedType(one.type)));
      return `... on ${possible.name} { ${leaves.map((one) => `${possible.name}_${one.name}: ${one.name}`).join(' ')} }`;
    });
    return `${field.name} { __typename ${Object.keys(inner.getFields()).join(' ')} ${fragments.join(' ')} }`;
  });
  return `__typename ${parts.join(' ')}`;
}

const takesSubject = (text: (subject: Subject) => string): boolean => text(A_SUBJECT) !== text(ANOTHER_SUBJECT);
const subjectFrom = (digit: string): Subject => {
  const id = `00000000-0000-4000-8000-00000000000${digit}`;
  return {
    ...{ customer: id, account: id, card: id, authorisation: id, transaction: id },
    ...{ webhookSubscription: id, key: id },
  };
};
const A_SUBJECT = subjectFrom('1');
const ANOTHER_SUBJECT = subjectFrom('2');

/** Every door of the schema with an operation that asks for it. Throws, naming the place, where it does not know how. */
export function doorOperationsOf(schema: GraphQLSchema): DoorOperation[] {
  const roots = { Query: 'query', Mutation: 'mutation', Subscription: 'subscription' } as const;
  const queries = schema.getQueryType()?.getFields() ?? {};

  function innerOf(field: GraphQLField<unknown, unknown>): string {
    const type = getNamedType(field.type);
    return isObjectType(type) ? ` { ${selectionOf(schema, type)} }` : '';
  }

  /** The operation that leads to an object of this type, around a selection on it. */
  function wayTo(parent: string): { path: string[]; around(selection: string, subject: Subject): string } {
    if (parent === 'CardLimitReachedError') {
      const field = schema.getMutationType()?.getFields().createCard;
      if (!field) throw new Error('There is no createCard');
      return {
        path: ['createCard', 'userErrors', '0'],
        around: (selection, subject) =>
          `mutation { createCard${argumentsOf('Mutation.createCard', field, subject)} { userErrors { __typename ... on ${parent} { ${selection} } } } }`,
      };
    }
    const root = Object.values(queries).find((field) => getNamedType(field.type).name === parent);
    if (!root) throw new Error(`The access matrix knows no way to ${parent}: give it one`);
    return {
      path: [root.name],
      around: (selection, subject) =>
        `{ ${root.name}${argumentsOf(`Query.${root.name}`, root, subject)} { __typename ${selection} } }`,
    };
  }

  function operationOf({ path, field }: FieldPlace, isBare: boolean): DoorOperation {
    const [parent = '', name = ''] = path.split('.');
    const kind: DoorOperation['kind'] = parent in roots ? roots[parent as keyof typeof roots] : 'reference';
    const rule = field.extensions.door as DoorRule;
    const ask = (subject: Subject) => `${name}${argumentsOf(path, field, subject, { isBare })}${innerOf(field)}`;
    const way =
      kind === 'reference' ? wayTo(parent) : { path: [], around: (selection: string) => `${kind} { ${selection} }` };
    const textFor = (subject: Subject) => way.around(ask(subject), subject);
    return {
      ...{ path, rule, kind, field, textFor },
      title: isBare ? `${path} without arguments` : path,
      answerPath: [...way.path, name],
      takesSubject: takesSubject(textFor),
      givesEntity:
        kind === 'query' &&
        ENTITIES.includes(getNamedType(field.type).name) &&
        !isListType(getNullableType(field.type)),
    };
  }

  // Mutations last: they change what the others look at.
  const order = ['query', 'reference', 'subscription', 'mutation'];
  return doorsOf(schema)
    .flatMap((place) => [operationOf(place, false), ...(hasChoice(place.field) ? [operationOf(place, true)] : [])])
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}
