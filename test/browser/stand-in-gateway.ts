import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { buildSchema, graphql } from 'graphql';
import { registerGraphiql } from '../../src/http/graphiql/graphiql.routes.js';
import { readSchemaText } from '../graphiql/schema-text.js';

/** A gateway for tests of the page alone: the real schema, a few made-up answers, real access control. */
export interface StandInGateway {
  readonly app: FastifyInstance;
  readonly url: string;
  /** Tokens that it gave out, oldest first. Emptying it is what a restart does to them. */
  readonly tokens: string[];
}

const IDS = {
  customer: '6f0c1f0e-52f3-5c0f-9c53-0c8f5d1f3b11',
  account: '0b7c8f52-1d0a-4d4e-8a4e-6f4d7a1c2e33',
  card: 'c3a9e1d4-7b52-4f0b-9a66-2d1e8f7b5c44',
};

const account = {
  id: IDS.account,
  status: 'ACTIVE',
  currencies: ['EUR'],
  availableActions: ['DEACTIVATE', 'CLOSE', 'CREATE_PHYSICAL_CARD'],
  customer: { externalId: 'demo-customer-1', status: 'ACTIVE' },
  cards: [
    {
      id: IDS.card,
      type: 'VIRTUAL',
      status: 'ACTIVE',
      network: 'VISA',
      maskedPan: '424242******4242',
      availableActions: ['DEACTIVATE', 'TERMINATE'],
    },
  ],
};

const rootValue = {
  viewer: { subject: 'developer', scopes: ['programme', 'customers:read', 'accounts:read', 'cards:read'] },
  accounts: { totalCount: 1, nodes: [account], edges: [], pageInfo: { hasNextPage: false, hasPreviousPage: false } },
  createCustomer: ({ input }: { input: { chainId: string; externalId: string } }) => ({
    customer: { id: IDS.customer, ...input, status: 'INITIATING' },
    challenge: { value: 'c2lnbiBtZQ==', message: 'sign me' },
    userErrors: [],
    idempotency: { key: randomUUID(), replayed: false },
  }),
};

/** Listens on a free port of this machine. Close `app` when done. */
export async function startStandInGateway(options: { development: boolean }): Promise<StandInGateway> {
  const schema = buildSchema(readSchemaText());
  const tokens: string[] = [];
  const app = fastify();
  await registerGraphiql(app, { development: options.development, endpoint: '/graphql' });

  if (options.development) {
    app.post('/dev/token', () => {
      const token = `development.${randomUUID()}`;
      tokens.push(token);
      return { token };
    });
  }

  app.post<{ Body: { query: string; variables?: Record<string, unknown>; operationName?: string } }>(
    '/graphql',
    async (request, reply) => {
      const { query: source, variables: variableValues, operationName } = request.body;
      const token = request.headers.authorization?.replace('Bearer ', '');
      if (token === undefined || !tokens.includes(token)) {
        return reply.code(401).send({ errors: [{ message: 'refused', extensions: { code: 'UNAUTHENTICATED' } }] });
      }
      return graphql({ schema, source, rootValue, variableValues, operationName });
    },
  );

  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, url, tokens };
}
