import { createLogger, describeError, redactText } from '../../src/observability/logger.js';

const PAN = '5305181234569871';
const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJqb2huIn0.c2lnbmF0dXJl';
const PEM = '-----BEGIN PRIVATE KEY-----\nMIG2AgEAMBAGByqGSM49\n-----END PRIVATE KEY-----';

describe('redactText', () => {
  it.each([
    [`card ${PAN} refused`, 'card [digits] refused'],
    ['5305 1812 3456 9871', '[digits]'],
    ['5305-1812-3456-9871', '[digits]'],
    ['4111111111111', '[digits]'],
    ['4000001234567899010', '[digits]'],
    [`Bearer ${TOKEN}`, 'Bearer [token]'],
    [`key: ${PEM}!`, 'key: [key]!'],
    [PEM.slice(0, 50), '[key]'],
    ['530518******9871', '530518******9871'],
    ['HTTP 503 after 10000 ms', 'HTTP 503 after 10000 ms'],
    ['123e4567-e89b-42d3-a456-426614174000', '123e4567-e89b-42d3-a456-426614174000'],
    ['2024-01-12T14:32:26.123456789Z', '2024-01-12T14:32:26.123456789Z'],
    [`alias_${PAN}_of_a_client`, 'alias_[digits]_of_a_client'],
    ['5305.1812.3456.9871', '[digits]'],
    ['5305%201812%203456%209871', '[digits]'],
    ['5305  1812\u00a03456+9871', '[digits]'],
    [`${PAN}${PAN}`, '[digits]'],
    ['11111111-2222-4333-8444-555555555555', '11111111-2222-4333-8444-555555555555'],
    ['id=11111111-2222-4333-8444-555555555555, 4111111111111111', 'id=11111111-2222-4333-8444-555555555555, [digits]'],
    ['authorization: bearer opaque-token_0123', 'authorization: bearer [token]'],
    ['Basic dXNlcjpwYXNz', 'Basic [token]'],
    ['eyJhbGciOiJFUzI1NiJ9', '[token]'],
    ['redis://user:pass-word@host:6379/0', 'redis://[credentials]@host:6379/0'],
    [`signature 0x${'5a'.repeat(65)}`, 'signature [hexadecimal]'],
    [`-----BEGIN EC PRIVATE KEY-----\\nMHc\\n-----END EC PRIVATE KEY-----`, '[key]'],
    ['connect ECONNREFUSED 127.0.0.1:43210', 'connect ECONNREFUSED 127.0.0.1:43210'],
  ])('%#: takes out what looks like a card number, a token or a key, and nothing else', (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
  });
});

describe('describeError', () => {
  it('names class, code and redacted message, and the same of its causes', () => {
    const cause = Object.assign(new TypeError(`token ${TOKEN}`), { code: 'ECONNRESET' });
    expect(describeError(new Error(`card ${PAN}`, { cause }))).toEqual({
      type: 'Error',
      message: 'card [digits]',
      cause: { type: 'TypeError', message: 'token [token]', code: 'ECONNRESET' },
    });
  });

  it('leaves out whatever else hangs on an error', () => {
    const error = Object.assign(new Error('failed'), { request: { authorization: 'planted' }, code: { planted: 1 } });
    expect(describeError(error)).toEqual({ type: 'Error', message: 'failed' });
    expect(describeError(new SyntaxError('Unexpected token in "planted"'))).toEqual({ type: 'SyntaxError' });
  });

  it('says of what is no error only what type it is', () => {
    expect([describeError('planted'), describeError({ planted: 1 }), describeError(null)]).toEqual([
      { type: 'string' },
      { type: 'object' },
      { type: 'object' },
    ]);
  });

  it('ends with long messages and with circles of causes', () => {
    const error = new Error('x'.repeat(10_000));
    error.cause = error;
    const text = JSON.stringify(describeError(error));
    expect(text.length).toBeLessThan(2_000);
    expect(text.match(/cause/g)).toHaveLength(3);
  });
});

it('writes JSON lines in which errors are described and never serialised', () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  logger.debug('not this one');
  logger.warn({ route: '/cards/{id}', err: Object.assign(new Error(`card ${PAN}`), { headers: 'planted' }) }, 'failed');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    route: '/cards/{id}',
    err: { type: 'Error', message: 'card [digits]' },
    msg: 'failed',
  });
});

describe('the allow list', () => {
  function written(properties: object, message = 'said') {
    const lines: string[] = [];
    const logger = createLogger({ level: 'trace', destination: { write: (line) => void lines.push(line) } });
    logger.trace(properties, message);
    const { level, time, ...rest } = JSON.parse(lines[0] ?? '');
    return rest;
  }

  it('writes no property that is not in it, and no object under one that is', () => {
    expect(
      written({ variables: { a: 'planted' }, token: 'planted', path: ['planted'], status: { a: 'planted' } }),
    ).toEqual({
      variables: '[not listed]',
      token: '[not listed]',
      path: '[list]',
      status: '[object]',
      msg: 'said',
    });
  });

  it('redacts and cuts every text, messages included', () => {
    expect(written({ operationName: `Pay_${PAN}`, reason: 'x'.repeat(1_000) }, `said of ${PAN}`)).toEqual({
      operationName: 'Pay_[digits]',
      reason: 'x'.repeat(300),
      msg: 'said of [digits]',
    });
  });

  it('leaves numbers, truth and nothing as they are', () => {
    expect(written({ size: 3, listSize: null, state: true })).toEqual({
      size: 3,
      listSize: null,
      state: true,
      msg: 'said',
    });
  });

  it('does not fall for names of the prototype', () => {
    expect(written(JSON.parse('{"constructor": "planted", "toString": "planted"}'))).toEqual({
      constructor: '[not listed]',
      toString: '[not listed]',
      msg: 'said',
    });
  });
});
