import { GraphQLError } from 'graphql';
import { createOperationGuard, type OperationRequest } from '../../../src/http/limits/operation-guard.js';
import { hashOf } from '../../../src/http/limits/prepared-documents.js';
import { createRateLimiter } from '../../../src/http/limits/rate-limiter.js';
import { createDocumentSource } from '../../../src/http/trusted-documents/document-source.js';
import { codeOf, DEFAULT_LIMITS, schema } from './limits-kit.js';

const CALLER = { callerId: 'somebody', address: '192.0.2.1' };

function aGuard(options: { introspection?: boolean; rateLimit?: number } = {}) {
  const { introspection = true, rateLimit } = options;
  const refusals: string[] = [];
  const guard = createOperationGuard({
    schema,
    limits: DEFAULT_LIMITS,
    introspection,
    documents: createDocumentSource({
      mode: 'off',
      manifest: () => null,
      automatic: true,
      hashOf,
      onUntrusted: () => {},
    }),
    rateLimiter: rateLimit === undefined ? null : createRateLimiter({ limit: rateLimit, shared: null, now: () => 0 }),
    onRefusal: (code) => refusals.push(code),
  });
  /** The codes and statuses of what is wrong; the cost when nothing is. */
  async function admit(request: OperationRequest) {
    const admitted = await guard.admit(request, CALLER);
    if ('document' in admitted) return admitted.cost;
    return admitted.map((error) => [codeOf(error), (error.extensions.http as { status: number }).status]);
  }
  return { guard, admit, refusals };
}

describe('the guard of operations, for transports that have nothing else', () => {
  it('gives what to execute', async () => {
    const { guard } = aGuard({ rateLimit: 100 });
    const query = 'query A($id: ID!) { card(id: $id) { id } } query B { viewer { subject } }';
    const admitted = await guard.admit({ query, operationName: 'A', variables: { id: 'x' } }, CALLER);
    expect(admitted).toMatchObject({
      operation: { name: { value: 'A' } },
      operationName: 'A',
      variableValues: { id: 'x' },
      cost: { requested: 2, limit: 100, remaining: 98, resetSeconds: 60 },
    });
  });

  it.each<[string, OperationRequest, string]>([
    ['no document', {}, 'BAD_REQUEST'],
    ['variables that are a list', { query: '{ __typename }', variables: [] }, 'BAD_REQUEST'],
    ['no GraphQL', { query: '{' }, 'GRAPHQL_PARSE_FAILED'],
    ['too much text', { query: `{ __typename } #${'x'.repeat(60_000)}` }, 'DOCUMENT_TOO_LARGE'],
    [
      'too many aliases',
      { query: `{ ${Array.from({ length: 51 }, (_, i) => `a${i}: __typename`).join(' ')} }` },
      'OPERATION_TOO_COMPLEX',
    ],
    ['an unknown field', { query: '{ absent }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'fragments in a circle',
      { query: '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['no such operation', { query: 'query A { __typename }', operationName: 'B' }, 'OPERATION_RESOLUTION_FAILURE'],
    [
      'two operations and no name',
      { query: 'query A { __typename } query B { __typename }', operationName: '' },
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'too large pages',
      { query: '{ accounts(first: 500) { nodes { transactions(first: 500) { nodes { id } } } } }' },
      'OPERATION_TOO_COMPLEX',
    ],
  ])('refuses %s', async (_, request, code) => {
    expect(await aGuard().admit(request)).toEqual([[code, 400]]);
  });

  it('tells of every mistake in a document', async () => {
    expect(await aGuard().admit({ query: '{ absent gone }' })).toHaveLength(2);
  });

  it('refuses what a budget does not hold, and counts it', async () => {
    const { admit, refusals } = aGuard({ rateLimit: 3 });
    const query = '{ card(id: "x") { id } }';
    expect(await admit({ query })).toMatchObject({ remaining: 1 });
    expect(await admit({ query })).toEqual([['RATE_LIMITED', 429]]);
    expect(refusals).toEqual(['RATE_LIMITED']);
  });

  it('says at once that an operation will never fit into a budget', async () => {
    const { admit } = aGuard({ rateLimit: 3 });
    expect(await admit({ query: '{ cards(first: 3) { nodes { id } } }' })).toEqual([['OPERATION_TOO_COMPLEX', 400]]);
  });

  it('lets introspection and its suggestions be turned off', async () => {
    const closed = aGuard({ introspection: false });
    expect(await closed.admit({ query: '{ __type(name: "Card") { name } }' })).toEqual([
      ['GRAPHQL_VALIDATION_FAILED', 400],
    ]);
    const errors = (await closed.guard.admit({ query: '{ car }' }, CALLER)) as GraphQLError[];
    expect(errors[0]?.message).toBe('Cannot query field "car" on type "Query".');
  });

  it('registers a document only after everything else', async () => {
    const { admit } = aGuard({ rateLimit: 1 });
    const extensionsOf = (query: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(query) } });
    const tooDear = '{ card(id: "x") { id } }';
    await admit({ query: tooDear, extensions: extensionsOf(tooDear) });
    expect(await admit({ extensions: extensionsOf(tooDear) })).toEqual([['PERSISTED_QUERY_NOT_FOUND', 200]]);
    const fine = '{ viewer { subject } }';
    await admit({ query: fine, extensions: extensionsOf(fine) });
    expect(await admit({ extensions: extensionsOf(fine) })).toEqual([['RATE_LIMITED', 429]]);
  });

  it('throws on what is no mistake of a client', async () => {
    const { guard } = aGuard();
    const broken = {
      get query(): string {
        throw new TypeError('broken');
      },
    };
    await expect(guard.admit(broken, CALLER)).rejects.toBeInstanceOf(TypeError);
  });

  it('takes a document that was validated before for valid', async () => {
    const { guard } = aGuard();
    const query = '{ viewer { subject } }';
    const first = guard.prepare(guard.resolve({ query }));
    expect(first.isValid).toBe(false);
    await guard.admit({ query }, CALLER);
    expect(guard.prepare(guard.resolve({ query }))).toBe(first);
    expect(first.isValid).toBe(true);
  });
});
