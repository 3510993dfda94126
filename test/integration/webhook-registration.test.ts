import { webhooks } from '../../src/commands/webhooks.js';
import { runInEnv } from '../commands/command-under-test.js';
import * as op from '../operations/generated.js';
import { startApiSandbox } from '../support/api-sandbox.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

const SECRET = 'planted-secret-of-the-receiver';
const registration = { WEBHOOK_PUBLIC_URL: 'https://gateway.example.com', WEBHOOK_SECRET: SECRET };

/** Resolves with the first line that says so; the test's own deadline ends the wait. */
async function logged(gateway: TestGateway, words: string): Promise<Record<string, unknown>> {
  for (;;) {
    const line = gateway.logs.find((text) => text.includes(words));
    if (line !== undefined) return JSON.parse(line);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a gateway with WEBHOOK_PUBLIC_URL', () => {
  it('says what to do when nothing is registered, and that all is well when it is', async () => {
    const api = await startApiSandbox();
    const before = await startTestGateway({ api, env: registration });
    expect(await logged(before, 'no webhook subscription leads to this gateway')).toMatchObject({
      level: 'warn',
      msg: expect.stringContaining('npm run webhooks -- register'),
    });
    expect((await runInEnv(webhooks, { api, env: registration, args: ['register'] })).exitCode).toBe(0);
    const after = await startTestGateway({ api, env: registration });
    expect(await logged(after, 'the API delivers webhooks to this gateway')).toMatchObject({ level: 'info' });
    expect([...before.logs, ...after.logs].join('')).not.toContain(SECRET);
  });

  it('starts and answers while the API is away', async () => {
    const api = await startApiSandbox();
    await api.stop();
    const gateway = await startTestGateway({ api, env: registration });
    expect(await logged(gateway, 'could not be found out')).toMatchObject({ level: 'warn' });
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
    await gateway.close();
  });

  it('is closed while it waits for an answer of the API', async () => {
    const api = await startApiSandbox();
    api.running.injectFault({ method: 'GET', path: '/webhooks', fault: { kind: 'hang' } });
    const gateway = await startTestGateway({ api, env: registration });
    while ((api.running.stats().requests['GET /webhooks'] ?? 0) === 0) await new Promise(setImmediate);
    await gateway.close();
    expect(gateway.logs.join('')).not.toContain('could not be found out');
  });

  it('does not look when it is not told where it is', async () => {
    const api = await startApiSandbox();
    const gateway = await startTestGateway({ api, env: { WEBHOOK_SECRET: SECRET } });
    await gateway.run(op.CustomersDocument, { first: 1 });
    expect(gateway.upstreamCalls()).not.toHaveProperty(['GET /webhooks']);
  });
});
