/**
 * Reads long lists over HTTP in two ways, each in a process of its own, and prints what they cost side by side:
 *
 * - `at once`: the whole body in one buffer, one `JSON.parse`, then map, sort and index
 * - `in turns`: `JsonArrayStream` and `EntityList.build`, which let others have the event loop in between
 *
 * Run `dist/bench/large-lists.js` with node. "Longest block" is the largest delay of a timer of one millisecond, "heap" is
 * what the list with its indexes holds after a collection, "peak" the largest resident memory of the process. Each figure is
 * the least of several runs, since what else the machine does can only add to it.
 */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Pool } from 'undici';
import { JsonArrayStream } from '../src/datasources/http/json-array-stream.js';
import { EntityList, type ListedEntity } from '../src/datasources/loaders/entity-list.js';
import { decodeAccount } from '../src/datasources/wire/account.wire.js';
import { decodeCard } from '../src/datasources/wire/card.wire.js';
import { decodeCustomer } from '../src/datasources/wire/customer.wire.js';
import { decodeList, type UnknownValueListener } from '../src/datasources/wire/decode.js';
import { sortBySortKey } from '../src/schema/pagination/sort-key.js';
import { programmeLists } from './programme-lists.js';

interface Job {
  way: 'at once' | 'in turns';
  origin: string;
  paths: string[];
}

interface Figures {
  ms: number;
  cpuMs: number;
  blockMs: number;
  heapMb: number;
  peakMb: number;
}

const MB = 1024 * 1024;
const WARM_UP_CARDS = 5_000;
const RUNS = 5;
const collect = (globalThis as { gc?: () => void }).gc;

const ignore: UnknownValueListener = () => undefined;
const KINDS = {
  cards: { decode: (wire: unknown) => decodeCard(wire, ignore), parentIdOf: parentOf('accountId') },
  accounts: { decode: (wire: unknown) => decodeAccount(wire, ignore), parentIdOf: parentOf('customerId') },
  customers: { decode: (wire: unknown) => decodeCustomer(wire, ignore), parentIdOf: () => null },
};

function parentOf(property: string) {
  return (entity: ListedEntity) => (entity as unknown as Record<string, string>)[property] ?? null;
}

function kindOf(path: string) {
  return KINDS[path.split('/')[1] as keyof typeof KINDS];
}

async function readAtOnce(body: AsyncIterable<Uint8Array>, path: string): Promise<unknown> {
  const { decode, parentIdOf } = kindOf(path);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const wire: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const items = sortBySortKey(decodeList<ListedEntity>(path, wire, (item) => Object.freeze(decode(item))));
  const byId = new Map(items.map((item) => [item.id, item]));
  const byParent = new Map<string | null, ListedEntity[]>();
  for (const item of items) {
    const siblings = byParent.get(parentIdOf(item));
    if (siblings) siblings.push(item);
    else byParent.set(parentIdOf(item), [item]);
  }
  return { items, byId, byParent };
}

async function readInTurns(body: AsyncIterable<Uint8Array>, path: string): Promise<unknown> {
  const { decode, parentIdOf } = kindOf(path);
  async function* pieces() {
    for await (const elements of new JsonArrayStream(body)) {
      yield elements.map((element): ListedEntity => Object.freeze(decode(element)));
    }
  }
  const list = await EntityList.build(pieces());
  await list.prepareChildren('children', parentIdOf);
  return list;
}

/** In a process of its own. */
async function run({ way, origin, paths }: Job): Promise<Figures> {
  const pool = new Pool(origin);
  const readBody = way === 'at once' ? readAtOnce : readInTurns;
  const read = async (path: string) => readBody((await pool.request({ method: 'GET', path })).body, path);
  for (let times = 0; times < 3; times += 1) await read(`/cards/${WARM_UP_CARDS}`);

  // What the warm-up left goes in two rounds: sockets and buffers are let go of only after the first.
  collect?.();
  await new Promise((resolve) => setTimeout(resolve, 20));
  collect?.();
  const heapBefore = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  await new Promise((resolve) => setTimeout(resolve, 20));
  delays.reset();
  const [cpuBefore, startedAt] = [process.cpuUsage(), performance.now()];
  const lists = await Promise.all(paths.map(read));
  const [cpu, ms] = [process.cpuUsage(cpuBefore), performance.now() - startedAt];
  // The timer notices a block only when it is over.
  await new Promise((resolve) => setTimeout(resolve, 20));
  delays.disable();
  await pool.close();

  collect?.();
  const memory = process.memoryUsage();
  const heapMb = (memory.heapUsed + memory.arrayBuffers - heapBefore) / MB;
  if (lists.length !== paths.length) throw new Error('a list is missing');
  const peakMb = process.resourceUsage().maxRSS / 1024;
  return { ms, cpuMs: (cpu.user + cpu.system) / 1_000, blockMs: delays.max / 1e6, heapMb, peakMb };
}

function runApart(job: Job): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const child = fork(__filename, [JSON.stringify(job)], { execArgv: ['--expose-gc'] });
    let figures: Figures | undefined;
    child.once('message', (message) => {
      figures = message as Figures;
    });
    child.once('exit', (code) => (figures ? resolve(figures) : reject(new Error(`ended with code ${code}`))));
  });
}

async function main(): Promise<void> {
  const bodies = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const body = bodies.get(request.url ?? '');
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json', 'content-length': body?.length ?? 0 });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const print = (...cells: (string | number)[]) => {
    const texts = cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : cell));
    process.stdout.write(`${texts.map((text, at) => (at === 0 ? text.padEnd(44) : text.padStart(12))).join('')}\n`);
  };

  bodies.set(`/cards/${WARM_UP_CARDS}`, programmeLists({ cards: WARM_UP_CARDS }).cards);
  print(`node ${process.version}`, 'MB', 'way', 'ms', 'CPU ms', 'block ms', 'heap MB', 'peak MB');
  const compare = async (label: string, lists: Record<string, Buffer>) => {
    const paths = Object.entries(lists).map(([name, body]) => {
      bodies.set(`/${name}/measured`, body);
      return `/${name}/measured`;
    });
    const megabytes = Object.values(lists).reduce((sum, body) => sum + body.length, 0) / 1e6;
    for (const way of ['at once', 'in turns'] as const) {
      const runs: Figures[] = [];
      for (let run = 0; run < RUNS; run += 1) runs.push(await runApart({ way, origin, paths }));
      const least = (figure: keyof Figures) => Math.min(...runs.map((run) => run[figure]));
      print(label, megabytes, way, least('ms'), least('cpuMs'), least('blockMs'), least('heapMb'), least('peakMb'));
    }
  };
  for (const count of [1_000, 10_000, 50_000, 100_000]) {
    await compare(`${count} cards`, { cards: programmeLists({ cards: count }).cards });
  }
  for (const order of ['newest first', 'shuffled'] as const) {
    await compare(`100000 cards, ${order}`, { cards: programmeLists({ cards: 100_000, order }).cards });
  }
  await compare('50000 cards, 25000 accounts, 12500 customers', { ...programmeLists({ cards: 50_000 }) });
  server.close();
}

const job = process.argv[2];
if (job === undefined) void main();
else void run(JSON.parse(job) as Job).then((figures) => process.send?.(figures));
