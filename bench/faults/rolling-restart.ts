import { setTimeout as sleep } from 'node:timers/promises';
import { type ClusterGateway, startCluster } from '../consistency/cluster.js';
import { shareOf, startLoad } from './open-loop.js';
import { createReader, type Outcome, type Reader, RefusedConnection } from './reader.js';
import { cardIdsOf, type Figure, type Scenario } from './scenarios.js';

const CARDS = 100;
/** How often a load balancer asks who is ready. */
const LOOK_INTERVAL_MS = 250;

interface Backend {
  gateway: ClusterGateway;
  reader: Reader;
  isReady: boolean;
}

/** In turn to everybody who is ready; elsewhere when a connection is refused, and in no other case. */
async function readFromAny(backends: readonly Backend[], turn: number): Promise<Outcome> {
  for (const _ of backends) {
    const ready = backends.filter(({ isReady }) => isReady);
    const backend = ready[turn % ready.length];
    if (!backend) break;
    try {
      return await backend.reader.read();
    } catch (error) {
      if (!(error instanceof RefusedConnection)) throw error;
      backend.isReady = false;
    }
  }
  return 'dropped';
}

/** Two gateways behind a load balancer, each replaced by a fresh one while the load goes on. */
export const rollingRestart: Scenario = {
  name: 'rolling restart of two gateways',
  async run({ seconds, perSecond }) {
    const cluster = await startCluster({ gateways: 2, cards: CARDS, redisPort: null, cacheTtlSeconds: 0 });
    const cardIds = cardIdsOf(CARDS);
    const backendOf = (gateway: ClusterGateway): Backend => ({
      gateway,
      reader: createReader({ url: gateway.url, token: cluster.token, cardIds }),
      isReady: true,
    });
    const backends = cluster.gateways.map(backendOf);
    const readers = backends.map(({ reader }) => reader);
    let isOver = false;
    const looking = (async () => {
      while (!isOver) {
        await Promise.all(
          backends.map(async (backend) => {
            backend.isReady = await backend.reader.isReady();
          }),
        );
        await sleep(LOOK_INTERVAL_MS);
      }
    })();
    try {
      let turn = 0;
      const load = startLoad({ perSecond, send: () => readFromAny(backends, turn++) });
      for (const index of [0, 1]) {
        await sleep((seconds * 1_000) / 4);
        const fresh = backendOf(await cluster.startGateway());
        readers.push(fresh.reader);
        const old = backends[index];
        backends.push(fresh);
        await old?.gateway.process.stop();
        backends.splice(index, 1, fresh);
        backends.pop();
      }
      await sleep((seconds * 1_000) / 4);
      await load.stop();
      const scenario = rollingRestart.name;
      const dropped = load.answers.filter(({ outcome }) => outcome === 'dropped').length;
      const errors = shareOf(load.answers, ({ outcome }) => outcome === 'failed' || outcome === 'refused');
      const figures: Figure[] = [
        { scenario, what: 'operations', value: String(load.answers.length), wanted: '', isMet: null },
        { scenario, what: 'dropped', value: String(dropped), wanted: '0', isMet: dropped === 0 },
        { scenario, what: 'answered with an error', value: String(errors), wanted: '0', isMet: errors === 0 },
      ];
      return figures;
    } finally {
      isOver = true;
      await looking;
      await Promise.all(readers.map((reader) => reader.close()));
      await cluster.close();
    }
  },
};
