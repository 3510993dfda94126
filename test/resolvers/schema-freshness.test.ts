import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  validateSchema,
} from 'graphql';
import { printGatewaySchema } from '../../src/commands/emit-schema.js';
import { buildGatewaySchema } from '../../src/resolvers/build-schema.js';

const root = join(__dirname, '../..');
const committedText = readFileSync(join(root, 'schema.graphql'), 'utf8');
const committed = buildSchema(committedText);
const target = buildSchema(readFileSync(join(root, 'test/schema/target.graphql'), 'utf8'));

const typesOf = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));

type Argument = { name: string; type: unknown; defaultValue?: unknown };
const promiseOf = ({ type, defaultValue }: Argument) =>
  `${type}${defaultValue === undefined ? '' : ` = ${JSON.stringify(defaultValue)}`}`;

/** What a client may rely on, one line for each: kind, fields, types, nullability, arguments, defaults, values. */
function promisesOf(schema: GraphQLSchema): string[] {
  const below = (type: GraphQLNamedType): string[] => {
    if (isScalarType(type)) return [`${type.name}: scalar ${type.specifiedByURL ?? ''}`];
    if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}: enum value`);
    if (isInputObjectType(type)) {
      return Object.values(type.getFields()).map((field) => `${type.name}.${field.name}: input ${promiseOf(field)}`);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`No promises of ${type.name}`);
    return [
      ...type.getInterfaces().map(({ name }) => `${type.name}: implements ${name}`),
      ...Object.values(type.getFields()).flatMap((field) => [
        `${type.name}.${field.name}: ${isObjectType(type) ? 'output' : 'interface'} ${field.type}`,
        ...field.args.map((arg) => `${type.name}.${field.name}(${arg.name}): ${promiseOf(arg)}`),
      ]),
    ];
  };
  return typesOf(schema).flatMap(below);
}

const kept = new Set(promisesOf(committed));
const promised = promisesOf(target);

describe('schema.graphql', () => {
  it('is what `npm run schema` would write', () => {
    expect(committedText).toBe(printGatewaySchema());
  });

  it('is a valid schema', () => {
    expect(validateSchema(committed)).toEqual([]);
  });

  it('keeps every promise of the published contract: names, types, nullability, arguments and their defaults', () => {
    expect(promised.length).toBeGreaterThan(350);
    expect(promised.filter((promise) => !kept.has(promise))).toEqual([]);
  });

  it('asks of no client for more than the contract: no added argument or input field is required', () => {
    const demands = promisesOf(committed).filter((promise) =>
      /^\w+(\.\w+\(\w+\): |\.\w+: input )[^=]*!$/.test(promise),
    );
    const known = new Set(promised);
    expect(demands.length).toBeGreaterThan(30);
    expect(demands.filter((demand) => !known.has(demand))).toEqual([]);
  });

  it('describes every type, field, argument, input field and enum value', () => {
    const lacking: string[] = [];
    const check = (path: string, { description }: { description?: string | null | undefined }) => {
      if (!description || description.trim().length < 4) lacking.push(path);
    };
    for (const type of typesOf(committed)) {
      if (!['Query', 'Mutation'].includes(type.name)) check(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
      if (!('getFields' in type)) continue;
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        if ('args' in field) for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }
    expect(lacking).toEqual([]);
  });
});

describe('the simulate… mutations', () => {
  const mutationsOf = (simulator: boolean) =>
    Object.keys(buildGatewaySchema({ simulator }).getMutationType()?.getFields() ?? {});

  it('are in the schema where the API is a sandbox, and in no other', () => {
    const all = mutationsOf(true);
    const real = mutationsOf(false);
    expect(all.filter((name) => name.startsWith('simulate'))).toHaveLength(7);
    expect(real).toEqual(all.filter((name) => !name.startsWith('simulate')));
    expect(real).toHaveLength(16);
  });

  it('leave no type behind when they are absent', () => {
    const names = Object.keys(buildGatewaySchema({ simulator: false }).getTypeMap());
    expect(names.filter((name) => /^Simulat|^AuthorisationPayload$|^AuthorisationActionInput$/.test(name))).toEqual([]);
  });
});
