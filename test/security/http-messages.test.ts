import { expectNothingOfTheInside, expectUnharmed } from '../support/attack.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { openConnection, sendRaw } from '../support/raw-http.js';

const BODY = '{"query":"{ __typename }"}';
const LENGTH = `Content-Length: ${BODY.length}`;
const TYPE = 'Content-Type: application/json';
/** What a smuggler hides in the body of a request: answered twice, if it gets through. */
const HIDDEN = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n';

const post = (headers: string[], body = BODY, version = '1.1') =>
  `POST /graphql HTTP/${version}\r\n${['Host: a', TYPE, ...headers].join('\r\n')}\r\n\r\n${body}`;
const get = (line: string, headers: string[] = ['Host: a']) =>
  `${line}\r\n${[...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`;

/** Two programs in a row may see another end, or another receiver, of each of these (RFC 9112 sections 6.1, 6.3, 11.2). */
const SMUGGLING: [what: string, bytes: string][] = [
  ['length and chunks', post([LENGTH, 'Transfer-Encoding: chunked'], `0\r\n\r\n${HIDDEN}`)],
  [
    'chunks and length',
    post(['Transfer-Encoding: chunked', 'Content-Length: 4'], `1a\r\n${BODY}\r\n0\r\n\r\n${HIDDEN}`),
  ],
  ['two lengths', post(['Content-Length: 5', LENGTH], `${BODY}${HIDDEN}`)],
  ['the same length twice', post([LENGTH, LENGTH])],
  ['a list of lengths', post([`Content-Length: ${BODY.length}, ${BODY.length}`])],
  ['a length with a sign', post([`Content-Length: +${BODY.length}`])],
  ['a negative length', post(['Content-Length: -1'])],
  ['a hexadecimal length', post(['Content-Length: 0x1a'])],
  ['a length beyond all numbers', post([`Content-Length: ${'9'.repeat(30)}`])],
  ['a length before a blank', post([`Content-Length : ${BODY.length}`])],
  ['chunks before a blank', post(['Transfer-Encoding : chunked'], `0\r\n\r\n${HIDDEN}`)],
  ['an unknown coding', post(['Transfer-Encoding: xchunked'], `0\r\n\r\n${HIDDEN}`)],
  ['two codings', post(['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], `0\r\n\r\n${HIDDEN}`)],
  ['chunks that are not last', post(['Transfer-Encoding: chunked, gzip'], `0\r\n\r\n${HIDDEN}`)],
  ['chunks of something else', post(['Transfer-Encoding: gzip, chunked'], `1a\r\n${BODY}\r\n0\r\n\r\n`)],
  ['chunks in HTTP/1.0', post(['Transfer-Encoding: chunked'], `1a\r\n${BODY}\r\n0\r\n\r\n`, '1.0')],
  ['a folded coding', post(['Transfer-Encoding:\r\n chunked', 'Content-Length: 5'], '0\r\n\r\n')],
  ['a folded header', post(['X-A: b\r\n c', LENGTH])],
  ['bare line feeds', post([LENGTH]).replaceAll('\r\n', '\n')],
  ['a bare carriage return', post(['X-A: b\rX-C: d', LENGTH])],
  ['a chunk size that is none', post(['Transfer-Encoding: chunked'], `zz\r\n${BODY}\r\n0\r\n\r\n`)],
  ['a chunk size beyond all numbers', post(['Transfer-Encoding: chunked'], `${'f'.repeat(17)}\r\n${BODY}`)],
  ['chunks that end in line feeds', post(['Transfer-Encoding: chunked'], `1a\n${BODY}\n0\n\n`)],
  ['a chunk longer than its size', post(['Transfer-Encoding: chunked'], `5\r\n${BODY}\r\n0\r\n\r\n`)],
  ['a zero byte', post(['X-A: b\0c', LENGTH])],
  ['two hosts', get('GET /health/live HTTP/1.1', ['Host: a', 'Host: b'])],
  ['no host', get('GET /health/live HTTP/1.1', [])],
  ['an empty host', get('GET /health/live HTTP/1.1', ['Host:'])],
  ['a host with a path', get('GET /health/live HTTP/1.1', ['Host: a/b'])],
  ['a host with a user', get('GET /health/live HTTP/1.1', ['Host: a@b'])],
  ['half an address for a host', get('GET /health/live HTTP/1.1', ['Host: ['])],
];

const NONSENSE: [what: string, bytes: string | Buffer, status: number][] = [
  ['TLS', Buffer.from('160301020001000001fc0303', 'hex'), 400],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['a version that there is not', get('GET /health/live HTTP/1.2'), 400],
  ['a method that there is not', get('FOO /graphql HTTP/1.1'), 400],
  ['a blank in the target', get('GET /health/live x HTTP/1.1'), 400],
  ['a target that is no URL', get('GET /%zz HTTP/1.1'), 400],
  ['a target of another host', get('GET //evil.example/graphql HTTP/1.1'), 404],
  ['a target above all', get('GET /../../etc/passwd HTTP/1.1'), 404],
  ['TRACE', get('TRACE /graphql HTTP/1.1'), 405],
  ['PROPFIND', get('PROPFIND /graphql HTTP/1.1'), 405],
  ['an expectation that nobody can meet', post(['Expect: nonsense', LENGTH, 'Connection: close']), 417],
  ['a hundred headers and one', get('GET /health/live HTTP/1.1', ['Host: a', ...Array(99).fill('X-A: b')]), 431],
  ['thousands of headers', get('GET /health/live HTTP/1.1', ['Host: a', ...Array(3_000).fill('X-A: b')]), 431],
  ['a flood of headers', get('GET /health/live HTTP/1.1', ['Host: a', ...Array(50_000).fill('X-A: b')]), 431],
  ['a long header', get('GET /health/live HTTP/1.1', ['Host: a', `X-A: ${'b'.repeat(40_000)}`]), 431],
  ['a long target', get(`GET /${'a'.repeat(40_000)} HTTP/1.1`), 431],
  ['a long extension of a chunk', post(['Transfer-Encoding: chunked'], `1a;${'a'.repeat(20_000)}\r\n${BODY}\r\n`), 413],
];

describe('HTTP messages of an attacker', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });

  afterAll(() => expectUnharmed(gateway));

  it.each(SMUGGLING)('with %s are refused once, and the connection is closed', async (_what, bytes) => {
    const connection = await openConnection(gateway.url);
    connection.write(bytes);
    const text = await connection.closed;
    expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 400']);
    expectNothingOfTheInside(text);
  });

  it.each(NONSENSE)('with %s are refused', async (_what, bytes, status) => {
    const answer = await sendRaw(gateway.url, bytes);
    expect(answer.status).toBe(status);
    expectNothingOfTheInside(answer.body);
  });

  it('by CONNECT are not taken for those of a proxy', async () => {
    const { status } = await sendRaw(gateway.url, get('CONNECT evil.example:443 HTTP/1.1'));
    expect(status).not.toBe(200);
  });

  it.each([
    ['a whole address as a target', post([LENGTH, 'Connection: close']).replace(' /', ' http://evil.example/')],
    ['HTTP/1.0 without a host', post([LENGTH], BODY, '1.0').replace('Host: a\r\n', '')],
    ['a hundred headers', get('POST /graphql HTTP/1.1', ['Host: a', TYPE, LENGTH, ...Array(96).fill('X-A: b')]) + BODY],
    ['chunks', post(['Transfer-Encoding: chunked', 'Connection: close'], `1a\r\n${BODY}\r\n0\r\n\r\n`)],
  ])('are no attack with %s', async (_what, bytes) => {
    const { status, body } = await sendRaw(gateway.url, bytes);
    expect([status, JSON.parse(body)]).toEqual([200, { data: { __typename: 'Query' } }]);
  });
});
