import { setTimeout as sleep } from 'node:timers/promises';
import { bulkProgramme } from '../../test/support/demo-programme.js';
import { type Cluster, startCluster } from '../consistency/cluster.js';
import { percentile } from '../redis-faults/latency.js';
import { type Answer, dueBetween, peakPerSecond, recoveryMs, shareOf, startLoad } from './open-loop.js';
import { createReader, type Reader } from './reader.js';

/** One figure, and whether it is what is asked for; null where it only explains. */
export interface Figure {
  scenario: string;
  what: string;
  value: string;
  wanted: string;
  isMet: boolean | null;
}

export interface Settings {
  /** Length of each fault. */
  seconds: number;
  /** Operations a second. */
  perSecond: number;
}

export interface Scenario {
  name: string;
  run(settings: Settings): Promise<Figure[]>;
}

const CARDS = 400;
const DEADLINE_MS = 3_000;
const TOKENS = 'route="/auth/token"';
const UPSTREAM = 'gateway_upstream_requests_total';

const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)} %`;
const ms = (value: number | null) => (value === null ? 'never' : `${Math.round(value)} ms`);

interface Subject {
  cluster: Cluster;
  reader: Reader;
}

const readerOf = ({ cluster }: Pick<Subject, 'cluster'>): Reader =>
  createReader({ url: cluster.gateways[0]?.url ?? '', token: cluster.token, cardIds: cardIdsOf(CARDS) });

export const cardIdsOf = (cards: number): string[] => bulkProgramme(cards).cards.map(({ id }) => id);

/** One gateway before an API, with nothing cached unless told otherwise. */
async function withGateway<T>(
  { cacheTtlSeconds = 0, env = {} }: { cacheTtlSeconds?: number; env?: Record<string, string> },
  use: (subject: Subject) => Promise<T>,
): Promise<T> {
  const cluster = await startCluster({ gateways: 1, cards: CARDS, redisPort: null, cacheTtlSeconds, env });
  const reader = readerOf({ cluster });
  try {
    // Compiles what the first requests would otherwise wait for.
    await peakPerSecond({ clients: 8, seconds: 2, send: reader.read });
    await peakPerSecond({ clients: 8, seconds: 2, send: reader.list });
    return await use({ cluster, reader });
  } finally {
    await reader.close();
    await cluster.close();
  }
}

const failingReads = (probability: number): Scenario => ({
  name: `${probability * 100} % of reads fail`,
  run: ({ seconds, perSecond }) =>
    withGateway({}, async ({ cluster, reader }) => {
      await cluster.injectApiFault({
        fault: { kind: 'status', status: 503 },
        method: 'GET',
        path: '/cards/*',
        probability,
      });
      const before = await reader.metric(UPSTREAM, '', TOKENS);
      const load = startLoad({ perSecond, send: () => reader.read() });
      await sleep(seconds * 1_000);
      await load.stop();
      const sent = (await reader.metric(UPSTREAM, '', TOKENS)) - before;
      const { answers } = load;
      const errors = shareOf(answers, ({ outcome }) => outcome !== 'ok');
      const amplification = sent / answers.length;
      const scenario = `${probability * 100} % of reads fail`;
      const isAsked = probability <= 0.1;
      return [
        { scenario, what: 'operations', value: String(answers.length), wanted: '', isMet: null },
        {
          scenario,
          what: 'errors seen by clients',
          value: percent(errors, 3),
          wanted: isAsked ? '<= 0.1 %' : '',
          isMet: isAsked ? errors <= 0.001 : null,
        },
        {
          scenario,
          what: 'API requests an operation',
          value: amplification.toFixed(3),
          wanted: '<= 1.2',
          isMet: amplification <= 1.2,
        },
      ];
    }),
});

const down: Scenario = {
  name: 'API down',
  run: ({ seconds, perSecond }) =>
    withGateway({}, async ({ cluster, reader }) => {
      const load = startLoad({ perSecond, send: () => reader.read() });
      await sleep(2_000);
      const beganAt = performance.now();
      cluster.apiProxy.setRefusing(true);
      cluster.apiProxy.resetAll();
      let openAt = beganAt;
      while ((await reader.metric('gateway_upstream_breaker_changes_total', 'state="open"')) === 0) await sleep(10);
      openAt = performance.now();
      await sleep(seconds * 1_000);
      cluster.apiProxy.heal();
      const mendedAt = performance.now();
      await sleep(6_000);
      await load.stop();
      const during = dueBetween(load.answers, openAt, mendedAt);
      const fast = shareOf(during, ({ dueAt, answeredAt }) => answeredAt - dueAt <= 50);
      const recovered = recoveryMs(load.answers, mendedAt, perSecond);
      const waits = during.map(({ dueAt, answeredAt }) => answeredAt - dueAt);
      const scenario = 'API down';
      return [
        { scenario, what: 'until the breaker was open', value: ms(openAt - beganAt), wanted: '', isMet: null },
        { scenario, what: 'operations while it was open', value: String(during.length), wanted: '', isMet: null },
        { scenario, what: 'answered within 50 ms', value: percent(fast, 2), wanted: '>= 99 %', isMet: fast >= 0.99 },
        { scenario, what: 'p99', value: ms(percentile(waits, 0.99)), wanted: '', isMet: null },
        {
          scenario,
          what: 'until a second without an error',
          value: ms(recovered),
          wanted: '<= 5 s',
          isMet: recovered !== null && recovered <= 5_000,
        },
      ];
    }),
};

const hung: Scenario = {
  name: 'API hung',
  run: ({ seconds, perSecond }) =>
    withGateway({ env: { OPERATION_DEADLINE_MS: String(DEADLINE_MS) } }, async ({ cluster, reader }) => {
      const load = startLoad({ perSecond, send: () => reader.read() });
      // These are not given up before the deadline: a list takes its time, and the end of a mutation has to be known.
      const patient = [reader.list, reader.act].map((send) => startLoad({ perSecond: 2, send }));
      await sleep(1_000);
      const beganAt = performance.now();
      await cluster.injectApiFault({ fault: { kind: 'hang' } });
      await sleep(seconds * 1_000);
      await cluster.clearApiFaults();
      const mendedAt = performance.now();
      await sleep(8_000);
      await Promise.all([load, ...patient].map((one) => one.stop()));
      const during = [load, ...patient].flatMap(({ answers }) => dueBetween(answers, beganAt));
      const outlived = Math.max(...during.map(({ dueAt, answeredAt }) => answeredAt - dueAt - DEADLINE_MS));
      const recovered = recoveryMs(load.answers, mendedAt, perSecond);
      const scenario = 'API hung';
      return [
        { scenario, what: 'operations', value: String(during.length), wanted: '', isMet: null },
        {
          scenario,
          what: `longest life beyond the deadline of ${DEADLINE_MS} ms`,
          value: ms(outlived),
          wanted: '<= 100 ms',
          isMet: outlived <= 100,
        },
        {
          scenario,
          what: 'until a second without an error',
          value: ms(recovered),
          wanted: '<= 5 s',
          isMet: recovered !== null && recovered <= 5_000,
        },
      ];
    }),
};

const MEGABYTE = 1024 * 1024;

/** `limit`: the gateway itself, with everything cached; or the API, which takes its time. */
const overload = (limit: 'gateway' | 'API'): Scenario => ({
  name: `three times what the ${limit} can do`,
  run: ({ seconds }) =>
    withGateway({ cacheTtlSeconds: limit === 'gateway' ? 600 : 0 }, async (subject) => {
      const { cluster, reader } = subject;
      if (limit === 'API') await cluster.injectApiFault({ fault: { kind: 'latency', ms: 400 }, method: 'GET' });
      const sendOf = ({ list, read }: Reader) => (limit === 'gateway' ? list : read);
      let peak = await peakPerSecond({ clients: 64, seconds: Math.max(3, seconds / 2), send: sendOf(reader) });
      const residentBefore = await reader.metric('process_resident_memory_bytes');
      // What is the most shows only under more than that: begun again while it turns out to be more than was thought.
      let [goodput, residentDuring] = [0, 0];
      let answers: readonly Answer[] = [];
      for (let rounds = 0; rounds < 4; rounds += 1) {
        const crowd = readerOf(subject);
        const startedAt = performance.now();
        const load = startLoad({ perSecond: 3 * peak, send: sendOf(crowd) });
        await sleep(seconds * 1_000);
        const endedAt = performance.now();
        answers = load.answers.filter(({ answeredAt }) => answeredAt <= endedAt);
        goodput = (answers.filter(({ outcome }) => outcome === 'ok').length * 1_000) / (endedAt - startedAt);
        residentDuring = await reader.metric('process_resident_memory_bytes');
        // Those who still wait then are of no interest.
        await crowd.close();
        await load.stop();
        if (goodput <= 1.2 * peak) break;
        peak = goodput;
      }
      const refusals = answers.filter(({ outcome }) => outcome === 'refused').length;
      const odd = answers.filter(({ outcome }) => outcome === 'failed').length;
      const scenario = `three times what the ${limit} can do`;
      const resident = [residentBefore, residentDuring].map((bytes) => Math.round(bytes / MEGABYTE));
      return [
        { scenario, what: 'peak, good answers a second', value: peak.toFixed(0), wanted: '', isMet: null },
        {
          scenario,
          what: 'goodput against the peak',
          value: percent(goodput / peak),
          wanted: '>= 80 %',
          isMet: goodput / peak >= 0.8,
        },
        { scenario, what: 'refused with 503', value: String(refusals), wanted: '', isMet: null },
        { scenario, what: 'answered with an error', value: String(odd), wanted: '0', isMet: odd === 0 },
        { scenario, what: 'memory in MB, before and during', value: resident.join(' / '), wanted: '', isMet: null },
      ];
    }),
});

export const SCENARIOS: readonly Scenario[] = [
  ...[0.01, 0.1, 0.3, 0.5, 1].map(failingReads),
  down,
  hung,
  overload('gateway'),
  overload('API'),
];
