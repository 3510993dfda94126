import { ApiTokenError, createApiTokenSource, type IssuedToken } from '../../../src/auth/outbound/api-token.js';
import { fc } from '../../support/fast-check.js';

const startSeconds = 1_700_000_000;

/** A token endpoint whose answers the test gives, and a clock that the test moves. */
function aTokenEndpoint(options: { lifeSeconds?: number; renewBeforeSeconds?: number } = {}) {
  const { lifeSeconds = 900, ...rest } = options;
  let nowMs = startSeconds * 1000;
  let issued = 0;
  const pending: { resolve: (token: IssuedToken) => void; reject: (error: Error) => void }[] = [];
  const source = createApiTokenSource({
    requestToken: () => new Promise((resolve, reject) => pending.push({ resolve, reject })),
    now: () => new Date(nowMs),
    ...rest,
  });
  const flush = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    source,
    pending,
    flush,
    advance: (seconds: number) => {
      nowMs += seconds * 1000;
    },
    async issue(changes: Partial<IssuedToken> = {}) {
      issued += 1;
      pending.shift()?.resolve({
        token: `token-${issued}`,
        expiresAt: nowMs / 1000 + lifeSeconds,
        tokenType: 'Bearer',
        ...changes,
      });
      await flush();
    },
    async fail(message = 'token endpoint down') {
      pending.shift()?.reject(new Error(message));
      await flush();
    },
    async start() {
      const first = source.get();
      await this.issue();
      return first;
    },
  };
}

describe('the API token', () => {
  it('is asked for once by callers at the same time, and kept', async () => {
    const { source, pending, issue } = aTokenEndpoint();
    const callers = [source.get(), source.get(), source.get()];
    expect(pending).toHaveLength(1);
    await issue();
    expect(await Promise.all(callers)).toEqual(['token-1', 'token-1', 'token-1']);
    expect(await source.get()).toBe('token-1');
    expect(pending).toHaveLength(0);
  });

  it.each([
    [839, 0],
    [840, 1],
    [899, 1],
  ])('of 900 s is renewed 60 s before its end: after %d s by %d requests, without waiting', async (after, requests) => {
    const endpoint = aTokenEndpoint();
    await endpoint.start();
    endpoint.advance(after);
    expect(await endpoint.source.get()).toBe('token-1');
    expect(await endpoint.source.get()).toBe('token-1');
    expect(endpoint.pending).toHaveLength(requests);
    if (requests > 0) {
      await endpoint.issue();
      expect(await endpoint.source.get()).toBe('token-2');
      expect(endpoint.pending).toHaveLength(0);
    }
  });

  it('that has ended is never handed out', async () => {
    const endpoint = aTokenEndpoint();
    await endpoint.start();
    endpoint.advance(900);
    const caller = endpoint.source.get();
    await endpoint.issue();
    expect(await caller).toBe('token-2');
  });

  it.each([
    [40, 19, 0],
    [40, 20, 1],
    [2, 0.9, 0],
    [2, 1, 1],
    [61, 30, 0],
    [61, 31, 1],
    [120, 59, 0],
    [120, 60, 1],
  ])('that lives %d s is, after %d s, renewed %d times: not before half of its life', async (life, after, requests) => {
    const endpoint = aTokenEndpoint({ lifeSeconds: life });
    await endpoint.start();
    endpoint.advance(after);
    await endpoint.source.get();
    expect(endpoint.pending).toHaveLength(requests);
  });

  it('takes the time of renewal as a setting', async () => {
    const endpoint = aTokenEndpoint({ renewBeforeSeconds: 10 });
    await endpoint.start();
    endpoint.advance(889);
    await endpoint.source.get();
    expect(endpoint.pending).toHaveLength(0);
    endpoint.advance(1);
    await endpoint.source.get();
    expect(endpoint.pending).toHaveLength(1);
  });

  it('stays in use while it is valid and its renewal fails, with a pause between the tries', async () => {
    const endpoint = aTokenEndpoint();
    await endpoint.start();
    endpoint.advance(845);
    expect(await endpoint.source.get()).toBe('token-1');
    await endpoint.fail();
    expect(await endpoint.source.get()).toBe('token-1');
    expect(endpoint.pending).toHaveLength(0);
    endpoint.advance(1);
    expect(await endpoint.source.get()).toBe('token-1');
    expect(endpoint.pending).toHaveLength(1);
    await endpoint.issue();
    expect(await endpoint.source.get()).toBe('token-2');
  });

  it('passes a failure to those who waited for it, and asks anew for the next', async () => {
    const endpoint = aTokenEndpoint();
    const callers = Promise.allSettled([endpoint.source.get(), endpoint.source.get()]);
    await endpoint.fail('down');
    expect((await callers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = endpoint.source.get();
    expect(endpoint.pending).toHaveLength(1);
    await endpoint.issue();
    expect(await next).toBe('token-1');
  });

  it('is asked for anew after a request that threw at once', async () => {
    let calls = 0;
    const source = createApiTokenSource({
      requestToken: () => {
        calls += 1;
        if (calls === 1) throw new Error('no connection');
        return Promise.resolve({ token: 'token', expiresAt: startSeconds + 900, tokenType: 'Bearer' });
      },
      now: () => new Date(startSeconds * 1000),
    });
    await expect(source.get()).rejects.toThrow('no connection');
    expect(await source.get()).toBe('token');
  });

  it('that has ended when it comes serves those who waited and nobody else', async () => {
    const endpoint = aTokenEndpoint({ lifeSeconds: -5 });
    const callers = [endpoint.source.get(), endpoint.source.get()];
    await endpoint.issue();
    expect(await Promise.all(callers)).toEqual(['token-1', 'token-1']);
    const next = endpoint.source.get();
    await endpoint.issue();
    expect(await next).toBe('token-2');
  });

  it.each<[string, Partial<IssuedToken>]>([
    ['another type', { tokenType: 'MAC' }],
    ['an empty token', { token: '' }],
    ['a token with a line break', { token: 's3cret\r\nx: y' }],
    ['a token with a blank', { token: 's3cret s3cret' }],
    ['no expiry', { expiresAt: Number.NaN }],
  ])('is refused with %s, and the error does not show it', async (_, changes) => {
    const endpoint = aTokenEndpoint();
    const caller = endpoint.source.get().catch((error: unknown) => error);
    await endpoint.issue(changes);
    const error = await caller;
    expect(error).toBeInstanceOf(ApiTokenError);
    expect(String(error)).not.toContain('s3cret');
  });

  it('takes the type in any case', async () => {
    const endpoint = aTokenEndpoint();
    const caller = endpoint.source.get();
    await endpoint.issue({ tokenType: 'bearer' });
    expect(await caller).toBe('token-1');
  });
});

describe('a token that the API has rejected', () => {
  it('is renewed once for all who were rejected with it', async () => {
    const endpoint = aTokenEndpoint();
    await endpoint.start();
    const renewals = [1, 2, 3].map(() => endpoint.source.renew('token-1'));
    expect(endpoint.pending).toHaveLength(1);
    await endpoint.issue();
    expect(await Promise.all(renewals)).toEqual(['token-2', 'token-2', 'token-2']);
  });

  it('is not handed out again while it is renewed', async () => {
    const endpoint = aTokenEndpoint();
    await endpoint.start();
    const renewal = endpoint.source.renew('token-1');
    const caller = endpoint.source.get();
    expect(endpoint.pending).toHaveLength(1);
    await endpoint.issue();
    expect(await Promise.all([renewal, caller])).toEqual(['token-2', 'token-2']);
  });

  it('costs no renewal when it has been replaced since', async () => {
    const endpoint = aTokenEndpoint();
    await endpoint.start();
    const renewal = endpoint.source.renew('token-1');
    await endpoint.issue();
    await renewal;
    expect(await endpoint.source.renew('token-1')).toBe('token-2');
    expect(endpoint.pending).toHaveLength(0);
  });

  it('joins a renewal that is under way for its age', async () => {
    const endpoint = aTokenEndpoint();
    await endpoint.start();
    endpoint.advance(850);
    await endpoint.source.get();
    const renewal = endpoint.source.renew('token-1');
    expect(endpoint.pending).toHaveLength(1);
    await endpoint.issue();
    expect(await renewal).toBe('token-2');
  });

  it('fails those who wait for its renewal when that fails, and the next caller asks anew', async () => {
    const endpoint = aTokenEndpoint();
    await endpoint.start();
    const renewals = Promise.allSettled([endpoint.source.renew('token-1'), endpoint.source.get()]);
    await endpoint.fail();
    expect((await renewals).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = endpoint.source.renew('token-1');
    expect(endpoint.pending).toHaveLength(1);
    await endpoint.issue();
    expect(await next).toBe('token-2');
  });
});

/** Failures of the token endpoint reach callers, as they should; anything else is a failed expectation. */
function ignoreFailure(error: unknown): void {
  if (!String(error).includes('token endpoint down')) throw error;
}

describe('the token source, in any order of events', () => {
  it('has at most one request in flight, never hands out an ended or rejected token, and settles every call', async () => {
    const event = fc.oneof(
      fc.constant({ kind: 'get' as const }),
      fc.constant({ kind: 'reject' as const }),
      fc.constant({ kind: 'issue' as const }),
      fc.constant({ kind: 'fail' as const }),
      fc.integer({ min: 1, max: 400 }).map((seconds) => ({ kind: 'advance' as const, seconds })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
        const endpoint = aTokenEndpoint({ lifeSeconds: 300 });
        const calls: Promise<unknown>[] = [];
        const rejected = new Set<string>();
        let elapsed = 0;
        let last = '';
        const endsAt = new Map<string, number>();
        const handOut = (token: string) => {
          expect(rejected.has(token)).toBe(false);
          expect(elapsed).toBeLessThan(endsAt.get(token) ?? Number.NaN);
          last = token;
        };
        for (const step of events) {
          if (step.kind === 'get') calls.push(endpoint.source.get().then(handOut, ignoreFailure));
          if (step.kind === 'reject' && last !== '') {
            rejected.add(last);
            calls.push(endpoint.source.renew(last).then(handOut, ignoreFailure));
          }
          if (step.kind === 'issue' && endpoint.pending.length > 0) {
            endsAt.set(`token-${endsAt.size + 1}`, elapsed + 300);
            await endpoint.issue();
          }
          if (step.kind === 'fail') await endpoint.fail();
          if (step.kind === 'advance') {
            elapsed += step.seconds;
            endpoint.advance(step.seconds);
          }
          // Tokens reach their callers within the event that brings them: the clock moves between events only.
          await endpoint.flush();
          expect(endpoint.pending.length).toBeLessThanOrEqual(1);
        }
        await endpoint.fail();
        await Promise.all(calls);
      }),
      { numRuns: 200 },
    );
  });
});
