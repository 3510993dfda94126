import { randomUUID } from 'node:crypto';
import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import type { Canaries, Form } from './canaries.js';

/** A mutation with a value planted in each text of its input. */
export interface PlantedMutation {
  name: string;
  query: string;
  variables: { input: Record<string, unknown> };
}

/** What a field of an input takes, by scalar or by name. What is not here makes the test fail, as nothing would be planted. */
const FORMS: Record<string, Form> = {
  String: 'text',
  Base64: 'base64',
  ChainAccountId: 'wallet',
  URL: 'address',
  'String signature': 'hexadecimal',
};
/** These hold nothing that could be a secret: IDs are logged on purpose, and amounts and codes are too short to be found. */
const PLAIN: Record<string, unknown> = { Decimal: '1.50', CurrencyCode: 'EUR', CountryCode: 'FR', Boolean: false };

/**
 * Every mutation of the schema, each text of its input a planted value: `digits` plants card numbers instead, wherever a
 * text may be anything. IDs lead nowhere unless `ids` names them.
 */
export function plantedMutationsOf(
  schema: GraphQLSchema,
  options: { canaries: Canaries; run: string; digits?: boolean; ids?: Readonly<Record<string, string>> },
): PlantedMutation[] {
  const { canaries, run, digits = false, ids = {} } = options;

  function plantedValueOf(place: string, name: string, type: GraphQLInputType): unknown {
    const nullable = getNullableType(type);
    if (isListType(nullable)) return [plantedValueOf(place, name, nullable.ofType)];
    if (isEnumType(nullable)) return nullable.getValues().find((value) => value.name !== 'UNKNOWN')?.name;
    if (isInputObjectType(nullable)) {
      const fields = Object.values(nullable.getFields()).filter((field) => field.name !== 'idempotencyKey');
      return Object.fromEntries(
        fields.map((field) => [field.name, plantedValueOf(`${place}.${field.name}`, field.name, field.type)]),
      );
    }
    const typeName = getNamedType(nullable).name;
    if (typeName === 'ID') return ids[name] ?? randomUUID();
    if (Object.hasOwn(PLAIN, typeName)) return PLAIN[typeName];
    const form = FORMS[`${typeName} ${name}`] ?? FORMS[typeName];
    if (!form) throw new Error(`Nothing is planted in ${place} (${typeName}): give it a form`);
    return canaries.plant(`${place} of ${run}`, digits && form === 'text' ? 'digits' : form);
  }

  return Object.values(schema.getMutationType()?.getFields() ?? {}).map((field) => {
    const input = field.args.find(({ name }) => name === 'input');
    if (!input) throw new Error(`${field.name} has no input`);
    return {
      name: field.name,
      query: `mutation Plant($input: ${String(input.type)}) { ${field.name}(input: $input) { userErrors { code message field } idempotency { replayed } } }`,
      variables: { input: plantedValueOf(field.name, 'input', input.type) as Record<string, unknown> },
    };
  });
}
