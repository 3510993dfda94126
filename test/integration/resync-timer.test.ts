import * as op from '../operations/generated.js';
import { startApiSandbox } from '../support/api-sandbox.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startTestGateway } from '../support/gateway.js';

const card = firstOf(demoProgramme().cards, ({ status }) => status === 'active');

describe('RESYNC_INTERVAL_SECONDS', () => {
  it('brings a gateway without Redis up to date, though no webhook came and the cache would go on for a day', async () => {
    const api = await startApiSandbox();
    const gateway = await startTestGateway({ api, env: { RESYNC_INTERVAL_SECONDS: '1', CACHE_TTL_SECONDS: '86400' } });
    const status = async () => (await gateway.run(op.CardDocument, { id: card.id })).card?.status;
    expect(await status()).toBe('ACTIVE');
    await fetch(`${api.running.adminUrl}/cards/${card.id}/suspend`, { method: 'POST' });
    while ((await status()) !== 'SUSPENDED') await new Promise((resolve) => setTimeout(resolve, 50));
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/^gateway_resync_passes_total\{outcome="done"\} [1-9]/m);
    expect(metrics).toMatch(/^gateway_resync_changes_total\{kind="card"\} [1-9]/m);
  });

  it('is off unless set', async () => {
    const api = await startApiSandbox();
    const gateway = await startTestGateway({ api, env: { CACHE_TTL_SECONDS: '86400' } });
    await gateway.run(op.CardDocument, { id: card.id });
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).not.toContain('gateway_resync');
  });

  it('ends with the gateway, in the middle of a pass', async () => {
    const api = await startApiSandbox();
    api.running.injectFault({ method: 'GET', path: '/customers', fault: { kind: 'hang' } });
    const gateway = await startTestGateway({ api, env: { RESYNC_INTERVAL_SECONDS: '1' } });
    while ((api.running.stats().requests['GET /customers'] ?? 0) === 0)
      await new Promise((wake) => setTimeout(wake, 20));
    await gateway.close();
    expect(gateway.logs.join('')).not.toContain('has failed');
  });
});
