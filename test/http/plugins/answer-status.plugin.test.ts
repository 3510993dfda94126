import { answerStatus } from '../../../src/http/plugins/answer-status.plugin.js';

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';

describe('the status of an answer', () => {
  it.each([
    ['GRAPHQL_PARSE_FAILED'],
    ['GRAPHQL_VALIDATION_FAILED'],
    ['BAD_USER_INPUT'],
    ['OPERATION_RESOLUTION_FAILURE'],
  ])('to %s is 200 under application/json, and 400 under the type of GraphQL', (code) => {
    const answer = { status: 400, hasData: false, codes: [code] };
    expect(answerStatus({ ...answer, type: JSON_TYPE })).toBe(200);
    expect(answerStatus({ ...answer, type: GRAPHQL_TYPE })).toBe(400);
  });

  it.each<[number, string[], number, number]>([
    [400, ['BAD_REQUEST'], 400, 400],
    [400, ['BAD_REQUEST', 'GRAPHQL_VALIDATION_FAILED'], 400, 400],
    [401, ['UNAUTHENTICATED'], 401, 401],
    [405, ['BAD_REQUEST'], 405, 405],
    [429, ['BAD_USER_INPUT'], 429, 429],
    [503, ['UPSTREAM_UNAVAILABLE'], 503, 503],
    [500, ['INTERNAL_SERVER_ERROR'], 500, 500],
    [200, ['PERSISTED_QUERY_NOT_FOUND'], 200, 400],
  ])(
    '%i to %j without data is %i under application/json and %i under the type of GraphQL',
    (status, codes, json, graphql) => {
      expect(answerStatus({ type: JSON_TYPE, status, hasData: false, codes })).toBe(json);
      expect(answerStatus({ type: GRAPHQL_TYPE, status, hasData: false, codes })).toBe(graphql);
    },
  );

  it.each([JSON_TYPE, GRAPHQL_TYPE] as const)('with data stays as it is under %s', (type) => {
    expect(answerStatus({ type, status: 200, hasData: true, codes: ['UPSTREAM_TIMEOUT'] })).toBe(200);
    expect(answerStatus({ type, status: 503, hasData: true, codes: ['UPSTREAM_UNAVAILABLE'] })).toBe(503);
  });
});
