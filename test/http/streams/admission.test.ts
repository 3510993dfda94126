import 'reflect-metadata';
import type { Principal } from '../../../src/auth/inbound/principal.js';
import { parseEnv } from '../../../src/config/parse-env.js';
import { GatewayError } from '../../../src/errors/gateway-error.js';
import {
  type AdmittedOperation,
  createOperationGuard,
  type OperationGuard,
} from '../../../src/http/limits/operation-guard.js';
import { hashOf } from '../../../src/http/limits/prepared-documents.js';
import { createAdmission } from '../../../src/http/streams/admission.js';
import { createDocumentSource } from '../../../src/http/trusted-documents/document-source.js';
import { buildGatewaySchema } from '../../../src/resolvers/build-schema.js';

const schema = buildGatewaySchema({ simulator: false });
const caller = { principal: { callerId: 'caller-1' } as Principal, address: '192.0.2.1' };
const SUBSCRIPTION = 'subscription ($cardId: ID) { cardUpdated(cardId: $cardId) { id } }';
const codesOf = (result: unknown) =>
  Array.isArray(result) ? result.map((error: GatewayError) => error.extensions.code) : 'admitted';

/** The guard with the limits of an empty environment, and no budgets. */
const guardOf = (introspection: boolean) =>
  createOperationGuard({
    schema,
    limits: parseEnv({}).limits,
    introspection,
    documents: createDocumentSource({
      mode: 'off',
      manifest: () => null,
      automatic: false,
      hashOf,
      onUntrusted: () => {},
    }),
    rateLimiter: null,
  });

describe('admission to a stream', () => {
  it.each<[object, string[] | string]>([
    [{ query: SUBSCRIPTION }, 'admitted'],
    [{ query: SUBSCRIPTION, variables: null }, 'admitted'],
    [{ query: SUBSCRIPTION, variables: { cardId: null } }, 'admitted'],
    [
      {
        query: `query A { viewer { subject } } ${SUBSCRIPTION.replace('subscription', 'subscription B')}`,
        operationName: 'B',
      },
      'admitted',
    ],
    [
      {
        query: `query A { viewer { subject } } ${SUBSCRIPTION.replace('subscription', 'subscription B')}`,
        operationName: 'A',
      },
      ['OPERATION_RESOLUTION_FAILURE'],
    ],
    [
      { query: `query A { viewer { subject } } ${SUBSCRIPTION.replace('subscription', 'subscription B')}` },
      ['OPERATION_RESOLUTION_FAILURE'],
    ],
    [{ query: 'fragment F on Card { id }' }, ['GRAPHQL_VALIDATION_FAILED']],
    [{ query: 7 }, ['BAD_REQUEST']],
    [{}, ['BAD_REQUEST']],
    [{ query: SUBSCRIPTION, variables: 'x' }, ['BAD_REQUEST']],
    [{ query: SUBSCRIPTION, variables: { cardId: [1] } }, ['BAD_USER_INPUT']],
    [{ query: '{' }, ['GRAPHQL_PARSE_FAILED']],
    [{ query: 'mutation { __typename }' }, ['OPERATION_RESOLUTION_FAILURE']],
  ])('answers %j with %j', async (params, expected) => {
    expect(codesOf(await createAdmission({ schema, guard: guardOf(true) })(params, caller))).toEqual(expected);
  });

  it('repeats no value that stood in a document, and suggests nothing to those who may not read the schema', async () => {
    const told = async (query: string, introspection = true) =>
      JSON.stringify(await createAdmission({ schema, guard: guardOf(introspection) })({ query }, caller));
    const literal = 'subscription { cardUpdated(cardId: {a: "4242424242424242"}) { id } }';
    expect(await told(literal)).not.toContain('4242424242424242');
    expect(await told('subscription { cardUpdated(cardId: 4242424242424242.5) { id } }')).toContain('not a valid ID');
    expect(await told('subscription { cardUpdated { id } "4242424242424242"')).not.toContain('4242424242424242');
    const typo = 'subscription { cardUpdated { statu } }';
    expect([(await told(typo)).includes('Did you mean'), (await told(typo, false)).includes('Did you mean')]).toEqual([
      true,
      false,
    ]);
  });

  it('asks the guard of all operations, and has the last word on their kind', async () => {
    const asked: unknown[] = [];
    const guard: Pick<OperationGuard, 'admit'> = {
      async admit(request, who) {
        asked.push([request.query, who]);
        if (request.query === 'too much') return [new GatewayError('BAD_REQUEST', 'Too much.')];
        return { ...(await guardOf(true).admit(request, who)) } as AdmittedOperation;
      },
    };
    const admit = createAdmission({ schema, guard });
    expect(codesOf(await admit({ query: 'too much' }, caller))).toEqual(['BAD_REQUEST']);
    expect(codesOf(await admit({ query: '{ viewer { subject } }' }, caller))).toEqual(['OPERATION_RESOLUTION_FAILURE']);
    expect(codesOf(await admit({ query: SUBSCRIPTION }, caller))).toBe('admitted');
    expect(asked[0]).toEqual(['too much', { callerId: 'caller-1', address: '192.0.2.1' }]);
  });
});
