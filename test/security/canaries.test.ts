import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { parseEnv } from '../../src/config/parse-env.js';
import { buildGatewaySchema } from '../../src/resolvers/build-schema.js';
import * as op from '../operations/generated.js';
import { type ApiSandbox, startApiSandbox } from '../support/api-sandbox.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { GraphqlAnswer } from '../support/graphql-client.js';
import { startOddApi } from '../support/odd-api.js';
import { startRecordingProxy } from '../support/recording-proxy.js';
import { describeWithRedis, startRedisServer } from '../support/redis.js';
import { closeAfterAll } from '../support/teardown.js';
import { createCanaries, type Place } from './canaries.js';
import { plantedMutationsOf } from './canary-inputs.js';
import { CARD, createCanaryRequests, STRANGER } from './canary-requests.js';

const MIN_LOG_LINES = 10_000;

/** All keys and values, of whatever type, as one text. */
const DUMP = `
  local out = {}
  local function put(v)
    if type(v) == 'table' then for _, x in ipairs(v) do put(x) end else out[#out + 1] = tostring(v) end
  end
  for _, k in ipairs(redis.call('KEYS', '*')) do
    put(k)
    local t = redis.call('TYPE', k).ok
    if t == 'string' then put(redis.call('GET', k))
    elseif t == 'hash' then put(redis.call('HGETALL', k))
    elseif t == 'list' then put(redis.call('LRANGE', k, 0, -1))
    elseif t == 'set' then put(redis.call('SMEMBERS', k))
    elseif t == 'zset' then put(redis.call('ZRANGE', k, 0, -1))
    else error('this test cannot read a ' .. t) end
  end
  return table.concat(out, '\\n')`;

describeWithRedis('secrets that were planted in every input and credential', () => {
  const canaries = createCanaries();
  const schema = buildGatewaySchema({ simulator: true });
  const texts: Record<Place, string[]> = {
    ...{ log: [], audit: [], metrics: [], answer: [], 'answer to another': [], redis: [] },
  };
  let lines = 0;

  async function keep(asked: Promise<GraphqlAnswer>, place: 'answer' | 'answer to another' = 'answer') {
    const answer = await asked;
    texts[place].push(answer.text, JSON.stringify([...answer.headers]));
    return answer;
  }

  const requests = createCanaryRequests({ canaries, schema, keep });
  const { askEveryMutation } = requests;

  async function collect({ url, logs, audit }: TestGateway): Promise<void> {
    texts.log.push(...logs);
    texts.audit.push(...audit);
    lines += logs.length;
    texts.metrics.push(await (await fetch(`${url}/metrics`)).text());
  }

  async function fail(gateway: TestGateway, api: ApiSandbox): Promise<void> {
    const { running } = api;
    for (const fault of [
      { kind: 'status', status: 400 },
      { kind: 'status-after-commit', status: 500 },
      { kind: 'reset' },
    ] as const) {
      const id = running.injectFault({ fault });
      const [mutation] = plantedMutationsOf(schema, {
        canaries,
        run: `the fault ${fault.kind}`,
        ids: { cardId: CARD.id },
      });
      if (mutation) await keep(gateway.post({ query: mutation.query, variables: mutation.variables }));
      await requests.plantInNames(gateway);
      running.removeFault(id);
    }
    running.expireTokens();
    await keep(gateway.execute(op.CardsDocument, { first: 1 }));
    running.removeSigningKey(api.keyId);
    await askEveryMutation(gateway, 'a refused signature', {});
    await api.stop();
    await keep(gateway.execute(op.CardDocument, { id: CARD.id }));
  }

  async function againstTheSandbox(): Promise<void> {
    const api = await startApiSandbox();
    const wire = await startRecordingProxy(api.running.port);
    const redis = await startRedisServer();
    closeAfterAll(redis.close);
    const redisWire = await startRecordingProxy(redis.port);
    const password = canaries.plant('password of Redis', 'name');
    await redis.command('ACL', 'SETUSER', 'gateway', 'on', `>${password}`, '~*', '&*', '+@all');
    const env = {
      OFFBLOCKS_BASE_URL: `http://127.0.0.1:${wire.port}/v1`,
      REDIS_URL: `redis://gateway:${password}@127.0.0.1:${redisWire.port}`,
      WEBHOOK_SECRET: canaries.plant('secret of webhooks', 'name'),
      ...{ LOG_LEVEL: 'trace', OPERATION_DEADLINE_MS: '1500', RATE_LIMIT: 'off' },
    };
    const gateway = await startTestGateway({ api, env });
    await requests.plantInHeaders(gateway);
    await requests.plantInDocuments(gateway);
    await requests.plantWhereItDoesNotFit(gateway);
    await askEveryMutation(gateway, 'IDs that lead nowhere', {});
    await askEveryMutation(gateway, 'card numbers', {}, true);
    await askEveryMutation(gateway, 'no scope', { scopes: ['programme'] });
    await askEveryMutation(gateway, 'a stranger', STRANGER);
    await askEveryMutation(gateway, 'nobody', { token: null });
    const createdId = await requests.succeed(gateway);
    // Redis is trusted once its heartbeats say so; until then nothing is kept there, and there is nothing to find.
    const deadline = performance.now() + 30_000;
    while (!canaries.isIn('city of a card', texts.redis) && performance.now() < deadline) {
      await keep(gateway.execute(op.CardDocument, { id: createdId }));
      texts.redis.splice(0, 1, await redis.command('EVAL', DUMP, '0'));
    }
    await fail(gateway, api);
    texts.redis.push(await redis.command('EVAL', DUMP, '0'));
    // All that ever went to Redis and came from it, but for the greeting that has to hold the password.
    texts.redis.push(redisWire.recorded().replaceAll(password, ''));
    await collect(gateway);
    const { tokens, signatures } = api.refusals.total();
    gateway.expectRefusals({ tokens, signatures });

    canaries.watch('API secret', api.apiSecret);
    canaries.watch('API key', api.env.OFFBLOCKS_API_KEY ?? '');
    for (const line of api.keyPair.privatePem.split('\n').filter((text) => /^[\w+/=]{20,}$/.test(text))) {
      canaries.watch('private key', line);
    }
    const sent = (pattern: RegExp) => new Set([...wire.recorded().matchAll(pattern)].map(([, value = '']) => value));
    for (const token of sent(/^authorization: Bearer (\S+)/gim)) canaries.watch('API token', token);
    for (const signature of sent(/^signature: \w+=:([^:]+):/gim)) canaries.watch('signature of a request', signature);
    expect(sent(/^signature: \w+=:([^:]+):/gim).size).toBeGreaterThan(50);
  }

  /** An API that says what it should keep to itself, in every way, and as often as it takes. */
  async function againstAnOddApi(): Promise<void> {
    const api = await startOddApi();
    const gateway = await startTestGateway({
      odd: api,
      env: { CACHE_TTL_SECONDS: '0', LOG_LEVEL: 'trace', RATE_LIMIT: 'off' },
    });
    const times = { createdAt: '2024-01-12T14:32:27Z', updatedAt: '2024-01-12T14:32:27Z' };
    const accountId = randomUUID();
    const cards = Array.from({ length: 100 }, () => ({
      ...{ id: randomUUID(), accountId, type: 'virtual', status: 'active', ...times },
      billingAddress: { firstLine: '1', city: 'Paris', country: 'FR', postCode: '1' },
      pan: canaries.plant('full number from the API', 'digits'),
      cvv: canaries.plant('security code from the API', 'text'),
      maskedPan: canaries.plant('full number in place of a masked one', 'digits'),
    }));
    api.answers.set('GET /cards', { body: cards });
    const prose = () => canaries.plant('prose of the API', 'text');
    const odd = [
      { status: 400, body: { detail: prose(), title: prose(), cause: { sql: prose() } } },
      { status: 403, body: prose(), headers: { 'x-debug': canaries.plant('header of the API', 'name') } },
      { status: 200, body: `{"id": "${prose()}` },
      { status: 200, body: { id: prose(), status: prose(), customerId: [prose()] } },
      {
        status: 200,
        body: {
          id: accountId,
          customerId: prose(),
          status: `x ${prose()}`,
          type: prose(),
          currencies: [prose()],
          ...times,
        },
      },
    ];
    const document = { query: 'query Cards { cards(first: 100) { nodes { id maskedPan account { id status } } } }' };
    for (let round = 0; gateway.logs.length < MIN_LOG_LINES; round++) {
      api.answers.set(`GET /accounts/${accountId}`, odd[round % odd.length] ?? {});
      const { body } = await keep(gateway.post(document));
      expect([round, body.data]).toEqual([round, expect.anything()]);
    }
    api.answers.set('PATCH /cards/x/activate', { status: 500, body: prose() });
    await askEveryMutation(gateway, 'the odd API', {});
    await collect(gateway);
  }

  beforeAll(async () => {
    await againstTheSandbox();
    await againstAnOddApi();
  }, 120_000);

  it('were many, in many log lines, and the search finds what is there', () => {
    expect(lines).toBeGreaterThanOrEqual(MIN_LOG_LINES);
    expect(canaries.count).toBeGreaterThan(500);
    expect(texts.log.some((line) => line.includes('Op_[digits]') && line.includes('a_[digits]'))).toBe(true);
    expect(texts.audit.length).toBeGreaterThan(100);
    expect(texts.metrics.join('')).toContain('gateway_mutations_total');
    expect(canaries.isIn('city of a card', texts.redis)).toBe(true);
    expect(canaries.isIn('city of a card', texts.answer)).toBe(true);
    expect(canaries.isIn('challenge of the API', texts.answer)).toBe(true);
    expect(canaries.isIn('field', texts.answer)).toBe(true);
  });

  it('are met in no log line, audit line, metric, answer to others, or key and value of Redis', () => {
    expect(canaries.leaks(texts)).toEqual([]);
  });

  it('are not in what a configuration shows of itself', () => {
    const password = canaries.plant('password in the configuration', 'name');
    const shown = JSON.stringify(parseEnv({ REDIS_URL: `redis://u:${password}@h:1`, WEBHOOK_SECRET: password }));
    expect(shown).not.toContain(password);
  });
});
