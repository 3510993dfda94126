import { GatewayError } from '../../src/errors/gateway-error.js';
import { checkRequestBody, checkRequestHead, checkRequestSearch } from '../../src/http/graphql-request.js';

/** Status and field of the refusal; null for what passes. */
function refusal(check: () => void): [status: unknown, field: unknown] | null {
  try {
    check();
    return null;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    expect(error.code).toBe('BAD_REQUEST');
    return [(error.extensions.http as { status: number }).status, error.extensions.field];
  }
}

type Headers = Record<string, string>;
const BODY = { 'content-length': '20' };
const JSON_BODY = { ...BODY, 'content-type': 'application/json' };
const ASKED = { 'apollo-require-preflight': '1' };

describe('the head of a request', () => {
  it.each<[string, Headers, number | null]>([
    ['POST', JSON_BODY, null],
    ['POST', { ...BODY, 'content-type': 'Application/JSON ; charset=UTF-8' }, null],
    ['POST', { 'transfer-encoding': 'chunked', 'content-type': 'application/json' }, null],
    ['POST', { ...JSON_BODY, accept: 'application/graphql-response+json' }, null],
    ['POST', { ...JSON_BODY, accept: 'text/html' }, 406],
    ['POST', { ...BODY, 'content-type': 'application/json; charset=latin1' }, 415],
    ['POST', { ...BODY, 'content-type': 'text/plain' }, 415],
    ['POST', { ...BODY, ...ASKED, 'content-type': 'text/plain' }, 415],
    ['POST', { ...BODY, 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['POST', { ...BODY, 'content-type': 'multipart/form-data; boundary=x' }, 415],
    ['POST', { ...BODY, 'content-type': 'application/graphql' }, 415],
    ['POST', { ...BODY, 'content-type': 'text/plain, application/json' }, 415],
    ['POST', BODY, 415],
    ['POST', { 'transfer-encoding': 'chunked' }, 415],
    ['POST', {}, 400],
    ['POST', { 'content-length': '0' }, 400],
    ['GET', {}, 400],
    ['GET', { accept: 'text/html' }, 400],
    ['GET', { 'apollo-require-preflight': '' }, 400],
    ['GET', { 'content-type': 'text/plain' }, 400],
    ['GET', ASKED, null],
    ['GET', { 'x-apollo-operation-name': 'Cards' }, null],
    ['GET', { 'content-type': 'application/json' }, null],
    ['GET', { ...ASKED, 'content-type': 'text/plain' }, 415],
    ['GET', { ...ASKED, accept: 'image/png' }, 406],
  ])('of %s with %j is refused with %p', (method, headers, status) => {
    expect(refusal(() => checkRequestHead({ method, headers }))?.[0] ?? null).toBe(status);
  });
});

describe('the body of a request', () => {
  const query = '{ viewer { subject } }';

  it.each([
    [{ query }],
    [{ query, variables: null, operationName: null, extensions: null }],
    [{ query, variables: {}, operationName: 'A', extensions: { a: [1] } }],
    [{ extensions: { persistedQuery: {} } }],
    [{ query, more: 1 }],
  ])('%j passes', (body) => {
    expect(refusal(() => checkRequestBody(body))).toBeNull();
  });

  it.each<[unknown, string | undefined]>([
    [undefined, undefined],
    [null, undefined],
    ['text', undefined],
    [5, undefined],
    [[], undefined],
    [[{ query }], undefined],
    [{ query: 5 }, 'query'],
    [{ query: { kind: 'Document' } }, 'query'],
    [{ query, operationName: {} }, 'operationName'],
    [{ query, operationName: false }, 'operationName'],
    [{ query, variables: [] }, 'variables'],
    [{ query, variables: '{}' }, 'variables'],
    [{ query, variables: 0 }, 'variables'],
    [{ query, extensions: 'text' }, 'extensions'],
    [{ query, extensions: [] }, 'extensions'],
  ])('%j is refused at %p', (body, field) => {
    expect(refusal(() => checkRequestBody(body))).toEqual([400, field && [field]]);
  });
});

describe('the query string of a request', () => {
  it.each(['', '?query={a}', '?query={a}&variables={"a":1}&extensions={}&operationName=A', '?other=1&other=2'])(
    '%s passes',
    (search) => {
      expect(refusal(() => checkRequestSearch(search))).toBeNull();
    },
  );

  it.each([
    ['?query={a}&query={b}', 'query'],
    ['?operationName=a&operationName=b', 'operationName'],
    ['?variables={}&variables={}', 'variables'],
    ['?variables=', 'variables'],
    ['?variables={', 'variables'],
    ['?variables=[1]', 'variables'],
    ['?variables="text"', 'variables'],
    ['?extensions=5', 'extensions'],
  ])('%s is refused at %s', (search, field) => {
    expect(refusal(() => checkRequestSearch(search))).toEqual([400, [field]]);
  });
});
