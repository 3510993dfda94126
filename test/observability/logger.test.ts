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
