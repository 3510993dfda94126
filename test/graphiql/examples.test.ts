import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, GraphQLError, Kind, type OperationDefinitionNode, parse, validate } from 'graphql';
import { getVariableValues } from 'graphql/execution/values';
import { readSchemaText } from './schema-text.js';

const examplesDir = join(__dirname, '..', '..', 'graphiql', 'examples');
const files = readdirSync(examplesDir)
  .filter((file) => file.endsWith('.graphql'))
  .sort();
const settings: Record<string, { variables?: Record<string, unknown>; simulator?: boolean }> = JSON.parse(
  readFileSync(join(examplesDir, 'examples.json'), 'utf8'),
);
const schema = buildSchema(readSchemaText());

function readExample(file: string): string {
  return readFileSync(join(examplesDir, file), 'utf8');
}

function operationOf(file: string): OperationDefinitionNode {
  const operations = parse(readExample(file)).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (operation === undefined || operations.length > 1)
    throw new Error(`${file} holds ${operations.length} operations`);
  return operation;
}

describe('examples of the GraphiQL page', () => {
  it('walk the guide in the order of the file names', () => {
    expect(files.map((file) => operationOf(file).name?.value)).toEqual([
      'Programme',
      'CreateCustomer',
      'SignCustomerChallenge',
      'VerifyCustomer',
      'CreateAccount',
      'SignAccountChallenge',
      'CreateCard',
      'IssueCard',
      'AccountCards',
      'DeactivateCard',
      'ActivateCard',
      'TerminateCard',
      'CardUpdates',
    ]);
  });

  it('have settings each, and no settings lead nowhere', () => {
    expect(Object.keys(settings).sort()).toEqual(files.map((file) => file.replace('.graphql', '')));
  });

  it.each(files)('%s is valid against the schema', (file) => {
    expect(validate(schema, parse(readExample(file)))).toEqual([]);
  });

  it.each(files)('%s has variables that fit, but for the values to paste', (file) => {
    const values = settings[file.replace('.graphql', '')]?.variables ?? {};
    const { errors = [] } = getVariableValues(schema, operationOf(file).variableDefinitions ?? [], values);
    const misfits = errors.filter((error: GraphQLError) => !/"PASTE [^"]+"/.test(error.message));
    expect(misfits).toEqual([]);
  });

  it.each(files)('%s says what to do before the operation begins', (file) => {
    expect(readExample(file)).toMatch(/^# (Welcome|Step \d+)/);
  });

  it.each(files)('%s is marked as one for a simulator exactly when it calls one', (file) => {
    const isMarked = settings[file.replace('.graphql', '')]?.simulator === true;
    expect(isMarked).toBe(/^ {2}simulate/m.test(readExample(file)));
  });
});
