import { createHttpTransport, type HttpRequest } from '../../../src/datasources/http/http-transport.js';
import { createMetrics } from '../../../src/observability/metrics.js';
import { refusingOrigin, type ScriptedApi, startScriptedApi } from './scripted-api.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

function transportTo(origin: URL, options: { maxBodyBytes?: number } = {}) {
  const metrics = createMetrics();
  const transport = createHttpTransport({ origin, metrics, ...options });
  closing.push(() => transport.close());
  return { transport, metrics };
}

const aRequest = (changes: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  path: '/v1/cards/1?x=%2F',
  headers: { accept: 'application/json' },
  route: '/cards/{id}',
  timeoutMs: 5_000,
  ...changes,
});

describe('http transport', () => {
  let api: ScriptedApi;
  beforeAll(async () => {
    api = await startScriptedApi();
  });

  it.each([200, 204, 301, 400, 401, 409, 500, 503])(
    'resolves with the status %i: what it means is not its business',
    async (status) => {
      api.script({ status, headers: { 'x-answer': 'yes' } });
      const { transport } = transportTo(api.origin);
      expect(await transport.send(aRequest())).toMatchObject({
        status,
        headers: { 'x-answer': 'yes' },
        durationMs: expect.any(Number),
      });
      expect(api.received).toHaveLength(1);
    },
  );

  it('sends the request line, the headers and the body byte for byte', async () => {
    api.script({ status: 200 });
    const { transport } = transportTo(api.origin);
    const body = Buffer.from('{"name": "é"}');
    await transport.send(aRequest({ method: 'POST', headers: { 'x-one': '1' }, body }));
    expect(api.received).toMatchObject([
      {
        method: 'POST',
        target: '/v1/cards/1?x=%2F',
        headers: { 'x-one': '1', host: api.origin.host },
        body: '{"name": "é"}',
      },
    ]);
  });

  it('keeps a body that comes in many pieces', async () => {
    const body = Buffer.alloc(300_000, 'abc');
    api.script({ status: 200, body });
    const { transport } = transportTo(api.origin);
    const answer = await transport.send(aRequest());
    expect(answer.body.equals(body)).toBe(true);
  });

  it('fails as unreachable when nobody listens', async () => {
    const { transport } = transportTo(await refusingOrigin());
    await expect(transport.send(aRequest())).rejects.toMatchObject({ kind: 'unreachable', mayHaveHappened: false });
  });

  it('fails as unreachable when there is no such host', async () => {
    const { transport } = transportTo(new URL('http://api.invalid'));
    await expect(transport.send(aRequest())).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it.each(['reset', 'reset-in-body'] as const)('fails as interrupted on a %s', async (act) => {
    api.script(act);
    const { transport } = transportTo(api.origin);
    await expect(transport.send(aRequest())).rejects.toMatchObject({ kind: 'interrupted', mayHaveHappened: true });
  });

  it.each(['hang', 'hang-in-body'] as const)('fails as timeout on a %s', async (act) => {
    api.script(act);
    const { transport } = transportTo(api.origin);
    await expect(transport.send(aRequest({ timeoutMs: 60 }))).rejects.toMatchObject({
      kind: 'timeout',
      mayHaveHappened: true,
    });
  });

  it('fails as timeout when the caller gives up', async () => {
    api.script('hang');
    const { transport } = transportTo(api.origin);
    const giveUp = new AbortController();
    const sent = transport.send(aRequest({ signal: giveUp.signal }));
    giveUp.abort();
    await expect(sent).rejects.toMatchObject({ kind: 'timeout' });
  });

  it.each([
    [10, true],
    [11, false],
  ])('with a bound of ten bytes takes an answer of %i: %p', async (length, isTaken) => {
    api.script({ status: 200, body: 'x'.repeat(length) }, { status: 200, body: 'ok' });
    const { transport } = transportTo(api.origin, { maxBodyBytes: 10 });
    const sent = transport.send(aRequest());
    if (isTaken) expect((await sent).body).toHaveLength(length);
    else await expect(sent).rejects.toMatchObject({ kind: 'too-large' });
    expect((await transport.send(aRequest())).body.toString()).toBe('ok');
  });

  it('names the route in a failure, never the path', async () => {
    api.script('reset');
    const { transport } = transportTo(api.origin);
    const failed = transport.send(aRequest({ path: '/v1/cards/secret-id' }));
    await expect(failed).rejects.toThrow('upstream interrupted on /cards/{id}');
    await expect(failed).rejects.not.toThrow(/secret-id/);
  });

  it('counts every request by route and status, failed ones as error', async () => {
    api.script({ status: 200 }, { status: 404 }, 'reset');
    const { transport, metrics } = transportTo(api.origin);
    for (let i = 0; i < 3; i += 1) await transport.send(aRequest()).catch(() => undefined);
    const { values } = await metrics.upstreamRequests.get();
    expect(values.map(({ labels, value }) => [labels.method, labels.route, labels.status, value])).toEqual([
      ['GET', '/cards/{id}', 200, 1],
      ['GET', '/cards/{id}', 404, 1],
      ['GET', '/cards/{id}', 'error', 1],
    ]);
    const durations = await metrics.upstreamDurationSeconds.get();
    expect(durations.values.find(({ metricName }) => metricName?.endsWith('_count'))?.value).toBe(3);
  });
});
