import { Pool } from 'undici';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { startGatewayProcess, startSandboxProcess } from '../support/gateway-process.js';
import { closeAfterAll } from '../support/teardown.js';
import { startTokenIssuer } from '../support/token-issuer.js';

/** What a load balancer does: asks `/health/ready` now and then, and goes elsewhere when a connection is refused. */
function balance(urls: () => string[]) {
  const pools = new Map<string, { pool: Pool; isReady: boolean }>();
  const poolOf = (url: string) => {
    const known = pools.get(url);
    if (known) return known;
    const added = { pool: new Pool(url, { connections: 8 }), isReady: true };
    pools.set(url, added);
    return added;
  };
  const look = async () => {
    for (const url of urls()) {
      const entry = poolOf(url);
      const answer = await entry.pool.request({ method: 'GET', path: '/health/ready' }).catch(() => null);
      await answer?.body.dump();
      entry.isReady = answer?.statusCode === 200;
    }
  };
  let turn = 0;
  return {
    look,
    async post(body: string, headers: Record<string, string>): Promise<number> {
      for (;;) {
        const ready = urls().filter((url) => poolOf(url).isReady);
        const url = ready[turn++ % ready.length];
        if (!url) throw new Error('nobody is ready');
        try {
          const answer = await poolOf(url).pool.request({ method: 'POST', path: '/graphql', body, headers });
          await answer.body.dump();
          return answer.statusCode;
        } catch (error) {
          if ((error as { code?: string }).code !== 'ECONNREFUSED') throw error;
          poolOf(url).isReady = false;
        }
      }
    },
    close: () => Promise.all([...pools.values()].map(({ pool }) => pool.destroy())),
  };
}

describe('two gateways that are restarted one after the other', () => {
  it('drop no request of those who go by /health/ready', async () => {
    const sandbox = await startSandboxProcess();
    const issuer = await startTokenIssuer();
    const start = () =>
      startGatewayProcess({ ...sandbox.env, ...issuer.env, CACHE_TTL_SECONDS: '0', RATE_LIMIT: 'off' });
    const gateways = [await start(), await start()];
    const balancer = balance(() => gateways.map(({ url }) => url));
    closeAfterAll(async () => void (await balancer.close()));

    const { id } = firstOf(demoProgramme().cards);
    const body = JSON.stringify({ query: `{ card(id: "${id}") { id } }` });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await issuer.issue({})}` };
    const statuses: Record<string, number> = {};
    const underWay = new Set<Promise<void>>();
    const load = setInterval(() => {
      const sent = balancer
        .post(body, headers)
        .catch((error: Error) => error.message)
        .then((status) => {
          statuses[status] = (statuses[status] ?? 0) + 1;
          underWay.delete(sent);
        });
      underWay.add(sent);
    }, 20);
    let isOver = false;
    const looking = (async () => {
      while (!isOver) {
        await balancer.look();
        await new Promise((wake) => setTimeout(wake, 50));
      }
    })();

    for (const index of [0, 1]) {
      const old = gateways[index];
      const fresh = await start();
      old?.kill('SIGTERM');
      expect(await old?.exited).toBe(0);
      gateways[index] = fresh;
    }
    clearInterval(load);
    await Promise.all(underWay);
    isOver = true;
    await looking;
    expect(Object.keys(statuses)).toEqual(['200']);
    expect(statuses['200']).toBeGreaterThan(50);
  });
});
