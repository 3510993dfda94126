/**
 * What memory a gateway takes, at rest and under load, for a small and a large programme: each in a process of its own, as
 * `npm start` runs it, before a sandbox in another one. Resident memory and heap are those that the gateway itself shows at
 * `/metrics`, read four times a second; "peak" is the largest of a phase, "after" the least of the ten seconds after it,
 * when nothing is asked any more. Exit code 1 when a goal is missed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { request } from 'undici';
import { type ClusterGateway, startCluster } from './consistency/cluster.js';

const USAGE = `Usage: npm run bench:memory -- [options]

  --accounts N,N    sizes of the programmes (200,25000), each with two cards an account
  --seconds N       how long the load lasts (30)
  --node-options S  options of Node for the gateway, e.g. "--max-semi-space-size=2"
`;

/** Goals in MB, resident, after load: for programmes of up to so many accounts. */
const GOALS = [
  { upToAccounts: 200, mb: 160 },
  { upToAccounts: 25_000, mb: 400 },
];
const MB = 1024 * 1024;
const CONCURRENCY = 16;
const SAMPLE_MS = 250;
const REST_MS = 10_000;

interface Figures {
  residentMb: number;
  heapMb: number;
  cpuSeconds: number;
}

interface Client {
  query<T>(text: string): Promise<T>;
}

async function figuresOf({ url }: ClusterGateway): Promise<Figures> {
  const { body } = await request(`${url}/metrics`);
  const text = await body.text();
  const figure = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    residentMb: figure('process_resident_memory_bytes') / MB,
    heapMb: figure('nodejs_heap_size_used_bytes') / MB,
    cpuSeconds: figure('process_cpu_seconds_total'),
  };
}

/** Looks while `work` is under way. */
async function watch(gateway: ClusterGateway, work: Promise<unknown>): Promise<Figures[]> {
  const samples: Figures[] = [];
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    samples.push(await figuresOf(gateway));
    await Promise.race([over, sleep(SAMPLE_MS)]);
  }
  await over;
  return samples;
}

function createClient({ url }: ClusterGateway, token: string): Client {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return {
    async query<T>(text: string) {
      const { statusCode, body } = await request(`${url}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query: text }),
      });
      const answer = (await body.json()) as { data?: T; errors?: { message: string }[] };
      if (statusCode !== 200 || !answer.data || answer.errors)
        throw new Error(`HTTP ${statusCode}: ${answer.errors?.[0]?.message}`);
      return answer.data;
    },
  };
}

interface Page {
  page: { nodes: { id: string }[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } };
}

const PAGE_INFO = 'pageInfo { endCursor hasNextPage }';
const LISTS = [
  `accounts(first: 100, AFTER) { nodes { id cards { id status account { customer { id } } } } ${PAGE_INFO} }`,
  `cards(first: 100, AFTER) { nodes { id status name billingAddress { city } } ${PAGE_INFO} }`,
  `customers(first: 100, AFTER) { nodes { id status accounts { id } } ${PAGE_INFO} }`,
];

const pageQuery = (list: string, after: string | null): string =>
  `{ page: ${list.replace('AFTER', `after: ${JSON.stringify(after)}`)} }`;

/** One client that pages through everything, and now and then changes a card, which empties the cache of its lists. */
async function browse({ query }: Client, until: number, first: number): Promise<number> {
  let requests = 0;
  for (let round = first; performance.now() < until; round += 1) {
    const list = LISTS[round % LISTS.length] ?? '';
    let after: string | null = null;
    do {
      const answer: Page = await query(pageQuery(list, after));
      requests += 1;
      const { nodes, pageInfo } = answer.page;
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      const [node] = nodes;
      if (list.startsWith('cards') && node && requests % 50 === 0) {
        const field = requests % 100 === 0 ? 'activateCard' : 'deactivateCard';
        await query(`mutation { ${field}(input: { cardId: "${node.id}" }) { userErrors { code } } }`);
      }
    } while (after !== null && performance.now() < until);
  }
  return requests;
}

async function measure(options: { accounts: number; seconds: number; nodeOptions: string[] }): Promise<boolean> {
  const { accounts, seconds, nodeOptions } = options;
  const cluster = await startCluster({ gateways: 1, cards: 2 * accounts, redisPort: null, nodeOptions });
  try {
    const [gateway] = cluster.gateways;
    if (!gateway) throw new Error('no gateway');
    const atRest = await watch(gateway, sleep(3_000));
    const client = createClient(gateway, cluster.token);
    const until = performance.now() + seconds * 1_000;
    const clients = Array.from({ length: CONCURRENCY }, (_, index) => browse(client, until, index));
    let requests = 0;
    const underLoad = await watch(
      gateway,
      Promise.all(clients).then((counts) => {
        requests = counts.reduce((sum, count) => sum + count, 0);
      }),
    );
    const afterwards = await watch(gateway, sleep(REST_MS));
    const last = (samples: Figures[], figure: keyof Figures) => samples.at(-1)?.[figure] ?? Number.NaN;
    const cpuMs = (last(underLoad, 'cpuSeconds') - last(atRest, 'cpuSeconds')) * 1_000;
    const peak = Math.max(...underLoad.map(({ residentMb }) => residentMb));
    const after = Math.min(...afterwards.map(({ residentMb }) => residentMb));
    const goal = GOALS.find(({ upToAccounts }) => accounts <= upToAccounts)?.mb ?? Number.POSITIVE_INFINITY;
    const heapAfter = last(afterwards, 'heapMb');
    print(accounts, requests, (cpuMs / requests).toFixed(1), last(atRest, 'residentMb'), peak, after, heapAfter, goal);
    return after <= goal;
  } finally {
    await cluster.close();
  }
}

function print(...cells: (string | number)[]): void {
  const texts = cells.map((cell) => (typeof cell === 'number' ? String(Math.round(cell)) : cell));
  process.stdout.write(`${texts.map((text) => text.padStart(16)).join('')}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      accounts: { type: 'string', default: '200,25000' },
      seconds: { type: 'string', default: '30' },
      'node-options': { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const nodeOptions = values['node-options'].split(' ').filter((option) => option !== '');
  print(
    `node ${process.version}`,
    'requests',
    'CPU ms each',
    'at rest MB',
    'peak MB',
    'after MB',
    'heap after MB',
    'goal MB',
  );
  for (const accounts of values.accounts.split(',').map(Number)) {
    if (!(await measure({ accounts, seconds: Number(values.seconds), nodeOptions }))) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
});
