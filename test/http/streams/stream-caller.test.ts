import type { Principal } from '../../../src/auth/inbound/principal.js';
import { verifyStreamCaller, watchExpiry } from '../../../src/http/streams/stream-caller.js';

const endingAt = (expiresAtEpochSeconds: number) => ({ expiresAtEpochSeconds }) as Principal;
const DAY_MS = 86_400_000;

describe('the end of an access token', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  const watch = (seconds: number) => {
    const onExpired = jest.fn();
    return { onExpired, callOff: watchExpiry(endingAt(seconds), Date.now, onExpired) };
  };

  it('is noticed when it comes, once', () => {
    const { onExpired } = watch(10);
    jest.advanceTimersByTime(9_999);
    expect(onExpired).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(onExpired).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(DAY_MS);
    expect(onExpired).toHaveBeenCalledTimes(1);
  });

  it('that is past already is noticed at once', () => {
    const { onExpired } = watch(-3);
    jest.advanceTimersByTime(1);
    expect(onExpired).toHaveBeenCalledTimes(1);
  });

  it('that is further away than a timer reaches is noticed all the same', () => {
    const { onExpired } = watch((40 * DAY_MS) / 1_000);
    jest.advanceTimersByTime(39 * DAY_MS);
    expect(onExpired).not.toHaveBeenCalled();
    jest.advanceTimersByTime(DAY_MS);
    expect(onExpired).toHaveBeenCalledTimes(1);
  });

  it('is of no interest once the stream has ended', () => {
    const { onExpired, callOff } = watch(10);
    callOff();
    jest.advanceTimersByTime(DAY_MS);
    expect(onExpired).not.toHaveBeenCalled();
  });
});

it('a stream is for somebody: without a token there is none', async () => {
  await expect(verifyStreamCaller({ verify: async () => null }, undefined)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});
