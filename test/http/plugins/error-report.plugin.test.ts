import { GraphQLError, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { toClientError, UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';
import { badUserInput } from '../../../src/errors/gateway-error.js';
import { errorReportPlugin } from '../../../src/http/plugins/error-report.plugin.js';
import { createLogger } from '../../../src/observability/logger.js';
import { createExecutor, REQUEST_ID } from './executor.js';

const failing = (error: unknown) => ({
  type: GraphQLString,
  resolve: () => {
    throw error;
  },
});
const UPSTREAM = new UpstreamFailure({
  kind: 'timeout',
  route: '/cards/{id}',
  cause: new Error('card 5305181234569871'),
});
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      fine: { type: new GraphQLNonNull(GraphQLString), resolve: () => 'fine' },
      mistake: failing(new TypeError('planted')),
      upstream: failing(UPSTREAM),
      input: failing(badUserInput('Bad.', ['id'])),
      internal: failing(new GraphQLError('planted', { extensions: { code: 'INTERNAL_SERVER_ERROR' } })),
    },
  }),
});

function setUp() {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const clientErrorOf = (error: unknown) => (error instanceof UpstreamFailure ? toClientError(error) : null);
  return { lines, execute: createExecutor({ schema, plugin: errorReportPlugin(logger), clientErrorOf }) };
}

describe('the report of errors', () => {
  it('puts the ID of the request beside each error, and leaves the rest of the answer alone', async () => {
    const { execute } = setUp();
    const { status, data, errors } = await execute({ query: '{ fine mistake upstream }' });
    expect([status, data]).toEqual([200, { fine: 'fine', mistake: null, upstream: null }]);
    expect(errors.map(({ path, extensions }) => [path, extensions])).toEqual([
      [['mistake'], { code: 'INTERNAL_SERVER_ERROR', retryable: false, requestId: REQUEST_ID }],
      [['upstream'], { code: 'UPSTREAM_TIMEOUT', retryable: true, requestId: REQUEST_ID }],
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/planted|5305/);
  });

  it.each(['{', '{ nothing }'])('and beside what is wrong with the document %j', async (query) => {
    const { lines, execute } = setUp();
    expect((await execute({ query })).errors[0]?.extensions).toMatchObject({ requestId: REQUEST_ID });
    expect(lines).toEqual([]);
  });

  it('logs what clients do not get to see, with that ID, the operation and the path', async () => {
    const { lines, execute } = setUp();
    await execute({ query: 'query Cards { first: mistake upstream internal }', operationName: 'Cards' });
    const common = { requestId: REQUEST_ID, operationName: 'Cards' };
    expect(lines).toMatchObject([
      { ...common, level: 'error', path: 'first', err: { type: 'TypeError', message: 'planted' } },
      { ...common, level: 'warn', path: 'upstream', err: { type: 'UpstreamFailure' } },
      { ...common, level: 'error', path: 'internal', err: { message: 'planted' } },
    ]);
    expect(JSON.stringify(lines)).not.toContain('5305');
  });

  it('logs neither what is the fault of the client nor an answer without errors', async () => {
    const { lines, execute } = setUp();
    expect((await execute({ query: '{ input }' })).errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await execute({ query: '{ fine }' })).toEqual({ status: 200, data: { fine: 'fine' }, errors: [] });
    expect(lines).toEqual([]);
  });
});
