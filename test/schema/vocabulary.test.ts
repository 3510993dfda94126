import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  graphql,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  validateSchema,
} from 'graphql';
import { buildVocabulary } from './build-vocabulary.js';

/** Fields that need another call or an access rule: they are field resolvers, declared in src/resolvers. */
const FIELD_RESOLVERS = new Set([
  'Customer.accounts',
  'Account.customer',
  'Account.cards',
  'Account.transactions',
  'Account.availableActions',
  'Card.account',
  'Card.transactions',
  'Card.availableActions',
  'Card.last4',
  'Authorisation.account',
  'Authorisation.card',
  'Transaction.account',
  'Transaction.card',
  'Viewer.customer',
  'CardLimitReachedError.existingCard',
]);
const ROOTS = ['Query', 'Mutation', 'Subscription'];
/** What the schema holds beyond the published contract. */
const ADDITIONS = ['CustomerAction', 'InvalidAuthorisationStateError', 'InvalidCustomerStateError'];

const target = buildSchema(readFileSync(join(__dirname, 'target.graphql'), 'utf8'));
const ownTypes = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type) && !ROOTS.includes(type.name),
  );
const targetNames = ownTypes(target).map(({ name }) => name);

interface ArgumentLike {
  name: string;
  type: unknown;
  defaultValue?: unknown;
}
const shapeOfArguments = (args: readonly ArgumentLike[]) =>
  Object.fromEntries(args.map(({ name, type, defaultValue }) => [name, `${type} = ${JSON.stringify(defaultValue)}`]));

/** What a client can rely on, without descriptions: comparable between two schemas. */
function shapeOf(type: GraphQLNamedType) {
  if (isScalarType(type)) return { kind: 'scalar', specifiedByURL: type.specifiedByURL ?? null };
  if (isEnumType(type)) return { kind: 'enum', values: type.getValues().map(({ name }) => name) };
  if (isInputObjectType(type)) return { kind: 'input', fields: shapeOfArguments(Object.values(type.getFields())) };
  if (!('getFields' in type)) throw new Error(`No shape for ${type.name}`);
  const fields = Object.values(type.getFields()).filter(({ name }) => !FIELD_RESOLVERS.has(`${type.name}.${name}`));
  return {
    kind: isObjectType(type) ? 'object' : 'interface',
    interfaces: type.getInterfaces().map(({ name }) => name),
    fields: Object.fromEntries(fields.map((field) => [field.name, String(field.type)])),
    args: fields.flatMap((field) => field.args.map(({ name }) => `${field.name}.${name}`)),
  };
}

describe('the vocabulary against the published contract', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await buildVocabulary();
  });

  const typeOf = (from: GraphQLSchema, name: string) => {
    const type = from.getType(name);
    if (!type) throw new Error(`${name} is missing`);
    return type;
  };

  it('is a valid schema', () => {
    expect(validateSchema(schema)).toEqual([]);
  });

  it('is compared with a contract of the size that it has', () => {
    expect(targetNames.length).toBeGreaterThan(75);
  });

  it.each(targetNames)(
    '%s has the fields, types, nullability, values and defaults of the contract, and no others',
    (name) => {
      expect(shapeOf(typeOf(schema, name))).toEqual(shapeOf(typeOf(target, name)));
    },
  );

  it('adds nothing to the contract but what is listed', () => {
    const added = ownTypes(schema)
      .map(({ name }) => name)
      .filter((name) => !targetNames.includes(name));
    expect(added.sort()).toEqual(ADDITIONS);
  });

  it('leaves every field that needs a rule or another call to the resolvers', () => {
    for (const path of FIELD_RESOLVERS) {
      const [typeName = '', fieldName = ''] = path.split('.');
      const inTarget = typeOf(target, typeName);
      expect('getFields' in inTarget && fieldName in inTarget.getFields()).toBe(true);
      const own = typeOf(schema, typeName);
      expect('getFields' in own && fieldName in own.getFields()).toBe(false);
    }
  });

  it.each(['customers', 'accounts', 'cards'])('%s takes the arguments of the contract', (field) => {
    const own = schema.getQueryType()?.getFields()[field]?.args ?? [];
    const wanted = target.getQueryType()?.getFields()[field]?.args ?? [];
    expect(wanted).toHaveLength(6);
    expect(shapeOfArguments(own)).toEqual(shapeOfArguments(wanted));
  });

  it('transactions of an account or a card take the arguments of the contract', () => {
    const account = typeOf(target, 'Account');
    const wanted = isObjectType(account) ? (account.getFields().transactions?.args ?? []) : [];
    const own = schema.getQueryType()?.getFields().transactions?.args ?? [];
    expect(wanted).toHaveLength(2);
    expect(shapeOfArguments(own)).toEqual(shapeOfArguments(wanted));
  });

  it('describes every type, field, argument, input field, enum value and scalar', () => {
    const lacking: string[] = [];
    const check = (path: string, description: string | null | undefined) => {
      if (!description || !/^\S.{2,}\S$/s.test(description)) lacking.push(path);
    };
    for (const type of [...ownTypes(schema), ...(schema.getQueryType() ? [typeOf(schema, 'Query')] : [])]) {
      if (!ROOTS.includes(type.name)) check(type.name, type.description);
      if (isEnumType(type))
        for (const value of type.getValues()) check(`${type.name}.${value.name}`, value.description);
      if (!('getFields' in type)) continue;
      for (const field of Object.values(type.getFields())) {
        if (!ROOTS.includes(type.name)) check(`${type.name}.${field.name}`, field.description);
        if (!('args' in field) || field.name === 'userErrors') continue;
        for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg.description);
      }
    }
    expect(lacking).toEqual([]);
  });

  it('leaves plain fields to the default resolver of graphql-js, which is what makes lists fast', () => {
    const slow = ownTypes(schema)
      .filter(isObjectType)
      .flatMap((type) =>
        Object.values(type.getFields()).map((field) => ({ path: `${type.name}.${field.name}`, field })),
      )
      .filter(({ field }) => field.resolve !== undefined)
      .map(({ path }) => path);
    expect(slow).toEqual([]);
  });

  it('tells the type of a user error by its class, synchronously', async () => {
    const source = '{ userErrors(message: "No such card.") { __typename code message field } }';
    expect(await graphql({ schema, source })).toEqual({
      data: {
        userErrors: [
          { __typename: 'NotFoundError', code: 'NOT_FOUND', message: 'No such card.', field: ['input', 'cardId'] },
          { __typename: 'InvalidInputError', code: 'INVALID_INPUT', message: 'No such card.', field: null },
        ],
      },
    });
    const userError = typeOf(schema, 'UserError');
    const implementations = ownTypes(schema).filter((type) => isObjectType(type) && type.getInterfaces().length > 0);
    expect('resolveType' in userError && userError.resolveType?.constructor.name).toBe('Function');
    expect(implementations).toHaveLength(10);
  });

  it('gives defaults to arguments that are absent and hands an explicit null on', async () => {
    const source = '{ cards(filter: {status: [ACTIVE]}, last: 3) accounts(createdAt: null) transactions }';
    const { data, errors } = await graphql({ schema, source });
    expect(errors).toBeUndefined();
    expect(JSON.parse(String(data?.cards))).toEqual({ createdAt: 'ASC', last: 3, filter: { status: ['ACTIVE'] } });
    expect(JSON.parse(String(data?.accounts))).toEqual({ createdAt: null });
    expect(JSON.parse(String(data?.transactions))).toEqual({ first: 20 });
  });
});
