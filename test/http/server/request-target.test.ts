import { ambiguityOf, isHost, originForm } from '../../../src/http/server/request-target.js';

it.each([
  ['/graphql?a=b', '/graphql?a=b'],
  ['http://evil.example/graphql?a=b', '/graphql?a=b'],
  ['HTTPS://evil.example:443/graphql', '/graphql'],
  ['http://evil.example', '/'],
  ['http://evil.example?a=b', '/?a=b'],
  ['//evil.example/graphql', '//evil.example/graphql'],
  ['*', '*'],
  ['ftp://evil.example/graphql', 'ftp://evil.example/graphql'],
])('takes the target %s for %s', (target, expected) => {
  expect(originForm(target)).toBe(expected);
});

it.each<[string, boolean]>([
  ['localhost', true],
  ['api.example.com:4000', true],
  ['127.0.0.1', true],
  ['[::1]:4000', true],
  ['a_b.internal', true],
  ['', false],
  ['[', false],
  ['[::1', false],
  ['a b', false],
  ['a/b', false],
  ['a?b', false],
  ['a#b', false],
  ['user@a', false],
  ['a\\b', false],
  ['a,b', false],
  ['a:b', false],
  ['a:99999', false],
  ['%zz', false],
  ['é.example', false],
])('takes %j for a host: %p', (host, isFine) => {
  expect(isHost(host)).toBe(isFine);
});

describe('a message', () => {
  const message = (headers: Record<string, string>, rawHeaders: string[] = [], httpVersion = '1.1') => ({
    headers,
    rawHeaders: [...Object.entries(headers).flat(), ...rawHeaders],
    httpVersion,
  });

  it('is fine with one host, or none in HTTP/1.0, and chunks', () => {
    expect(ambiguityOf(message({ host: 'a' }))).toBeNull();
    expect(ambiguityOf(message({}, [], '1.0'))).toBeNull();
    expect(ambiguityOf(message({ host: 'a', 'transfer-encoding': 'Chunked' }))).toBeNull();
    expect(ambiguityOf(message({ host: 'a' }, ['X-Host', 'b', 'x', 'host']))).toBeNull();
  });

  it.each([
    message({ host: 'a' }, ['HOST', 'a']),
    message({ host: 'a b' }),
    message({ host: '' }),
    message({ host: 'a', 'transfer-encoding': 'gzip, chunked' }),
    message({ host: 'a', 'transfer-encoding': 'identity' }),
    message({ host: 'a', 'transfer-encoding': 'chunked' }, [], '1.0'),
  ])('is ambiguous: %j', (ambiguous) => {
    expect(ambiguityOf(ambiguous)).toEqual(expect.any(String));
  });
});
