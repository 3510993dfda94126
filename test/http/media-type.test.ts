import { isUtf8, negotiateAnswerType } from '../../src/http/media-type.js';

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';

describe('the media type of an answer', () => {
  it.each<[string | undefined, string | null]>([
    [undefined, JSON_TYPE],
    ['', JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    ['application/json', JSON_TYPE],
    ['APPLICATION/JSON; charset=utf-8', JSON_TYPE],
    [GRAPHQL_TYPE, GRAPHQL_TYPE],
    [`${GRAPHQL_TYPE};charset=utf-8`, GRAPHQL_TYPE],
    [`${GRAPHQL_TYPE}, application/json;q=0.9`, GRAPHQL_TYPE],
    [`application/json;q=0.9, ${GRAPHQL_TYPE}`, GRAPHQL_TYPE],
    [`application/json, ${GRAPHQL_TYPE}`, JSON_TYPE],
    [`${GRAPHQL_TYPE}, application/json`, GRAPHQL_TYPE],
    [`${GRAPHQL_TYPE}, */*`, GRAPHQL_TYPE],
    [`*/*, ${GRAPHQL_TYPE}`, GRAPHQL_TYPE],
    [`${GRAPHQL_TYPE};q=0.5, */*`, JSON_TYPE],
    ['application/json;q=0, */*', GRAPHQL_TYPE],
    ['text/html, application/xhtml+xml, */*;q=0.8', JSON_TYPE],
    ['text/html', null],
    ['text/event-stream', null],
    ['multipart/mixed', null],
    ['application/json;q=0', null],
    ['*/*;q=0', null],
    ['application/json;q=nonsense', null],
    ['application/json;q=2', null],
    ['application/jsonx', null],
    [',;,', null],
  ])('for Accept: %s is %s', (accept, type) => {
    expect(negotiateAnswerType(accept)).toBe(type);
  });
});

describe('the charset of a body', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, true],
    ['application/json', true],
    ['application/json; charset=utf-8', true],
    ['application/json;charset="UTF-8"', true],
    ['application/json; charset=utf8', true],
    ['application/json; version=1; charset=utf-8', true],
    ['application/json; charset=iso-8859-1', false],
    ['application/json; charset=utf-16', false],
    ['application/json; charset="utf-16"', false],
    ['application/json; charset=', false],
  ])('of %s is UTF-8: %p', (contentType, isFine) => {
    expect(isUtf8(contentType)).toBe(isFine);
  });
});
