import { describeConnectionError, mayAnswer } from '../../../src/http/server/connection-errors.js';

it.each<[string | undefined, number]>([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['HPE_INVALID_METHOD', 400],
  ['HPE_INVALID_TRANSFER_ENCODING', 400],
  [undefined, 400],
])('answers %s with %i', (code, status) => {
  expect(describeConnectionError(code)).toEqual({ status, message: expect.stringMatching(/^[A-Z].*\.$/) });
});

describe('an answer to a request that could not be read', () => {
  const exchange = (complete: boolean, headersSent = false) =>
    ({ request: { complete }, response: { headersSent } }) as Parameters<typeof mayAnswer>[0][number];

  it('is written where nothing else waits for one', () => {
    expect(mayAnswer([])).toBe(true);
    expect(mayAnswer([exchange(false)])).toBe(true);
  });

  it('is not, where it would be taken for that of an earlier request, or follow half of one', () => {
    expect(mayAnswer([exchange(true)])).toBe(false);
    expect(mayAnswer([exchange(true), exchange(false)])).toBe(false);
    expect(mayAnswer([exchange(false, true)])).toBe(false);
  });
});
