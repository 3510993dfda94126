import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, isErrorCode } from '../../src/errors/error-code.js';
import { createErrorFormatter } from '../../src/errors/format-error.js';
import { badUserInput, GatewayError } from '../../src/errors/gateway-error.js';

class ForeignError extends Error {}
const UNAVAILABLE = new GatewayError('UPSTREAM_UNAVAILABLE', 'Away.', { retryable: true, cause: new Error('planted') });
const format = createErrorFormatter((error) => (error instanceof ForeignError ? UNAVAILABLE : null));
const PLACE = { locations: [{ line: 1, column: 2 }], path: ['card', 'account'] };
const INTERNAL = {
  message: 'Something went wrong inside the gateway.',
  extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false },
};

/** An error as graphql-js wraps what a resolver throws, and as Apollo formats it before it asks us. */
function thrownByResolver(original: Error): [GraphQLFormattedError, GraphQLError] {
  const { extensions } = original as GraphQLError;
  const error = new GraphQLError(original.message, { path: PLACE.path, originalError: original });
  const code = extensions?.code ?? 'INTERNAL_SERVER_ERROR';
  return [{ message: original.message, ...PLACE, extensions: { ...extensions, code, stacktrace: ['planted'] } }, error];
}

describe('what leaves of an error', () => {
  it.each<[string, GatewayError, Record<string, unknown>]>([
    ['an error made for the client', new GatewayError('FORBIDDEN', 'No.'), { code: 'FORBIDDEN', retryable: false }],
    [
      'its field',
      badUserInput('Bad.', ['input', 'id']),
      { code: 'BAD_USER_INPUT', retryable: false, field: ['input', 'id'] },
    ],
    ['that it can be repeated', UNAVAILABLE, { code: 'UPSTREAM_UNAVAILABLE', retryable: true }],
    [
      'and not its HTTP status and headers',
      new GatewayError('UNAUTHENTICATED', 'Who?', { httpStatus: 401, httpHeaders: { 'www-authenticate': 'Bearer' } }),
      { code: 'UNAUTHENTICATED', retryable: false },
    ],
  ])('%s', (_, error, extensions) => {
    const formatted = format(...thrownByResolver(error));
    expect(formatted).toEqual({ message: error.message, ...PLACE, extensions });
    expect(JSON.stringify(formatted)).not.toContain('planted');
  });

  it('is the error of another room as that room tells it to clients', () => {
    expect(format(...thrownByResolver(new ForeignError('planted')))).toEqual({
      message: 'Away.',
      ...PLACE,
      extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
    });
  });

  it.each([
    new Error('planted'),
    new TypeError('planted'),
    new GraphQLError('planted'),
    new GraphQLError('planted', { extensions: { code: 'SOMETHING_ELSE', secret: 'planted' } }),
    new GraphQLError('planted', { extensions: { code: 'INTERNAL_SERVER_ERROR' } }),
    new GraphQLError('planted', { extensions: { code: 500 } }),
  ])('is nothing of any other (%#): not its message, not its code', (error) => {
    expect(format(...thrownByResolver(error))).toEqual({ ...PLACE, ...INTERNAL });
  });

  it.each(['a text', null, undefined, 7])('is nothing of %p, thrown by mistake', (thrown) => {
    expect(format({ message: 'planted' }, thrown)).toEqual(INTERNAL);
  });

  it.each(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE'])(
    'is, of %s, what GraphQL says about the document, and no stack',
    (code) => {
      const error = new GraphQLError('Syntax Error.', { extensions: { code } });
      const extensions = { code, stacktrace: ['planted'] };
      expect(format({ message: error.message, locations: PLACE.locations, extensions }, error)).toEqual({
        message: 'Syntax Error.',
        locations: PLACE.locations,
        extensions: { code, retryable: false },
      });
    },
  );
});

describe('GatewayError', () => {
  it('keeps its cause for logs, out of what is serialised', () => {
    expect((UNAVAILABLE.cause as Error).message).toBe('planted');
    expect(JSON.stringify(UNAVAILABLE)).not.toContain('planted');
    expect(Object.keys(UNAVAILABLE)).not.toContain('cause');
  });

  it('tells Apollo the HTTP status and headers, where it has any', () => {
    expect(new GatewayError('FORBIDDEN', 'No.').extensions.http).toBeUndefined();
    const { http } = new GatewayError('UNAUTHENTICATED', 'Who?', { httpStatus: 401, httpHeaders: { a: 'b' } })
      .extensions;
    expect(http).toEqual({ status: 401, headers: new Map([['a', 'b']]) });
  });
});

it('knows its codes, which are sorted, and no others', () => {
  expect([...ERROR_CODES]).toEqual([...ERROR_CODES].sort());
  expect(ERROR_CODES.every(isErrorCode)).toBe(true);
  expect(['', 'bad_request', 'ERROR', undefined, 400, 'constructor'].some(isErrorCode)).toBe(false);
});
