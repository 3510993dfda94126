import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expectRefusal, expectUnharmed, read } from '../support/attack.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

const query = '{ __typename }';
const FINE = { data: { __typename: 'Query' } };
const bomb = Buffer.alloc(100_000_000, ' ');

describe('bodies of an attacker', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });

  afterAll(() => expectUnharmed(gateway));

  const send = async (body: string | Buffer | FormData | ReadableStream, headers: Record<string, string> = {}) =>
    read(await fetch(`${gateway.url}/graphql`, { method: 'POST', body, headers, duplex: 'half' } as RequestInit));
  const JSON_TYPE = { 'content-type': 'application/json' };

  it.each<[string, () => string | Buffer | ReadableStream, Record<string, string>]>([
    ['of 100 kB and a byte', () => JSON.stringify({ query }).padEnd(100_001), {}],
    ['of 50 MB', () => JSON.stringify({ query, more: 'a'.repeat(50_000_000) }), {}],
    ['of a long document', () => JSON.stringify({ query: `{ ${'a '.repeat(60_000)} }` }), {}],
    ['that grow without saying how long they are', () => endless(), {}],
    ['that grow when inflated: gzip', () => gzipSync(bomb), { 'content-encoding': 'gzip' }],
    ['that grow when inflated: deflate', () => deflateSync(bomb), { 'content-encoding': 'deflate' }],
    ['that grow when inflated: br', () => brotliCompressSync(bomb), { 'content-encoding': 'br' }],
  ])('%s are 413, and not read on', async (_what, body, headers) => {
    expectRefusal(await send(body(), { ...JSON_TYPE, ...headers }), 413);
  });

  it('of 100 kB, plain or inflated, are taken', async () => {
    const body = JSON.stringify({ query }).padEnd(100_000);
    expect(JSON.parse((await send(body, JSON_TYPE)).text)).toEqual(FINE);
    expect(JSON.parse((await send(gzipSync(body), { ...JSON_TYPE, 'content-encoding': 'gzip' })).text)).toEqual(FINE);
  });

  it.each<[string, string | Buffer, number]>([
    ['gzip', 'this is no gzip', 400],
    ['gzip', gzipSync(JSON.stringify({ query })).subarray(0, 20), 400],
    ['br', 'this is no br', 400],
    ['zstd', 'x', 415],
    ['gzip, gzip', gzipSync(gzipSync('{}')), 415],
    ['constructor', 'x', 415],
  ])('that claim to be %s are refused', async (encoding, body, status) => {
    expectRefusal(await send(body, { ...JSON_TYPE, 'content-encoding': encoding }), status);
  });

  const form = new FormData();
  form.set('operations', JSON.stringify({ query }));
  form.set('0', new Blob(['file']));

  it.each<[string, string | FormData | Buffer, Record<string, string>]>([
    ['text', JSON.stringify({ query }), { 'content-type': 'text/plain' }],
    ['a form', `query=${encodeURIComponent(query)}`, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a form with files', form, {}],
    ['a bare document', query, { 'content-type': 'application/graphql' }],
    ['something unnamed', Buffer.from(JSON.stringify({ query })), {}],
    ['a media type that is none', JSON.stringify({ query }), { 'content-type': 'json' }],
    ['JSON in another charset', JSON.stringify({ query }), { 'content-type': 'application/json; charset=utf-16le' }],
    ['XML', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', { 'content-type': 'application/xml' }],
  ])('of %s are 415, with the preflight header too', async (_what, body, headers) => {
    expectRefusal(await send(body, headers), 415);
    expectRefusal(await send(body, { ...headers, 'apollo-require-preflight': '1' }), 415);
  });

  it.each<[string, string]>([
    ['no JSON', '{'],
    ['nothing', ''],
    ['a text', '"{ __typename }"'],
    ['null', 'null'],
    ['a list of operations', JSON.stringify(Array(1_000).fill({ query }))],
    ['an empty list', '[]'],
    ['an operation that is a parsed document', '{"query":{"kind":"Document","definitions":[]}}'],
    ['a list as a query', '{"query":["{ __typename }"]}'],
    ['a name that is an object', JSON.stringify({ query, operationName: { a: 1 } })],
    ['variables in a text', JSON.stringify({ query, variables: '{}' })],
    ['a list of variables', JSON.stringify({ query, variables: [{}] })],
    ['extensions in a list', JSON.stringify({ query, extensions: [] })],
    ['nests without end', `${'{"query":'.repeat(9_000)}1${'}'.repeat(9_000)}`],
    ['lists without end', '['.repeat(90_000)],
    ['a prototype', `{"query":"${query}","__proto__":{"isAdmin":true}}`],
    ['a prototype in the variables', `{"query":"${query}","variables":{"__proto__":{"isAdmin":true}}}`],
    ['a prototype in a constructor', `{"query":"${query}","extensions":{"constructor":{"prototype":{"a":1}}}}`],
    ['an escaped prototype', `{"query":"${query}","variables":{"\\u005f_proto__":{"a":1}}}`],
  ])('that hold %s are 400', async (_what, body) => {
    expectRefusal(await send(body, JSON_TYPE), 400);
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  it('take names of prototypes for any other name', async () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'prototype'];
    const body = {
      query,
      variables: Object.fromEntries(names.map((name) => [name, 1])),
      extensions: { constructor: 1 },
    };
    expect(JSON.parse((await send(JSON.stringify(body), JSON_TYPE)).text)).toEqual(FINE);
    const document =
      'query ($constructor: String!, $toString: Int) { __typename cards(first: $toString, after: $constructor) @skip(if: true) { totalCount } }';
    const missing = await send(JSON.stringify({ query: document, variables: {} }), JSON_TYPE);
    expectRefusal(missing, 200, 'BAD_USER_INPUT');
  });

  it('take a prototype in the query string for no variable either', async () => {
    const search = new URLSearchParams({ query: 'query ($a: Int) { __typename }', variables: '{"__proto__":{"a":1}}' });
    const headers = { 'apollo-require-preflight': '1' };
    const { text } = await read(await fetch(`${gateway.url}/graphql?${search}`, { headers }));
    expect(text).not.toContain('isAdmin');
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});

/** A body that its sender never stops sending, until nobody takes it any more. */
function endless(): ReadableStream {
  return new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode(' '.repeat(10_000))),
  });
}
