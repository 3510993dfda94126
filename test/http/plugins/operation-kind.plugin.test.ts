import { buildSchema } from 'graphql';
import { operationKindPlugin } from '../../../src/http/plugins/operation-kind.plugin.js';
import { createExecutor } from './executor.js';

const schema = buildSchema('type Query { a: String } type Mutation { b: String } type Subscription { c: String }');
const execute = createExecutor({ schema, plugin: operationKindPlugin() });

it('refuses a subscription that comes by a plain HTTP request', async () => {
  expect(await execute({ query: 'subscription { c }' })).toEqual({
    status: 400,
    errors: [{ message: expect.any(String), extensions: { code: 'OPERATION_RESOLUTION_FAILURE', retryable: false } }],
  });
});

it.each(['{ a }', 'mutation { b }'])('lets %s pass', async (query) => {
  expect(await execute({ query })).toMatchObject({ status: 200, errors: [] });
});

it('looks at the operation that is asked for only', async () => {
  const query = 'query a { a } subscription c { c }';
  expect(await execute({ query, operationName: 'a' })).toMatchObject({ status: 200, errors: [] });
  expect(await execute({ query, operationName: 'c' })).toMatchObject({ status: 400 });
});
