import { createClient } from './client.js';
import { type Cell, cellsOf, FAULT_NAMES, type FaultName } from './matrix.js';
import { startTopology } from './topology.js';
import { declareFault, playTrial, prepareTrial, type Trial, type TrialParts, type TrialResult } from './trial.js';

export interface ExactlyOnceOptions {
  /** Each round plays every cell of the matrix once. */
  rounds: number;
  faults?: readonly FaultName[];
  /** Of the gateways. Short, as a request that is never answered takes all of it. */
  deadlineMs?: number;
  onRound?: (round: number) => void;
}

export interface ExactlyOnceReport {
  trials: readonly TrialResult[];
  /** How many mutations the API carried out how often: by rights, all of them once. */
  executions: Readonly<Record<number, number>>;
  /** Keys that the API should have carried out, and did not, or the other way about. */
  missing: number;
  elapsedMs: number;
}

const MOST_AT_ONCE = 8;
/** These break something that all trials share, and so have the stage to themselves. */
const GLOBAL: readonly FaultName[] = ['gateway killed', 'Redis down'];

/** Two gateways, one API, one Redis; every fault with every way to go on; and the count of what the API carried out. */
export async function runExactlyOnce(options: ExactlyOnceOptions): Promise<ExactlyOnceReport> {
  const { rounds, faults = FAULT_NAMES, deadlineMs = 1_500, onRound = () => {} } = options;
  const startedAt = performance.now();
  const topology = await startTopology({ deadlineMs });
  try {
    const client = createClient(await topology.tokenOf('staff'));
    const stranger = createClient(await topology.tokenOf('other-staff'));
    const parts = { topology, client, stranger, deadlineMs };
    const trials: TrialResult[] = [];
    const executions: Record<number, number> = {};
    let expected = 0;
    for (let round = 0; round < rounds; round += 1) {
      const results = await playRound(faults, round, parts);
      trials.push(...results);
      expected += results.reduce((sum, result) => sum + result.expectedExecutions, 0);
      for (const times of Object.values(await topology.admin.executions())) {
        executions[times] = (executions[times] ?? 0) + 1;
      }
      onRound(round + 1);
    }
    const keys = Object.values(executions).reduce((sum, count) => sum + count, 0);
    return { trials, executions, missing: expected - keys, elapsedMs: performance.now() - startedAt };
  } finally {
    await topology.close();
  }
}

async function playRound(faults: readonly FaultName[], round: number, parts: TrialParts): Promise<TrialResult[]> {
  const prepared = await eachAtMost(MOST_AT_ONCE, cellsOf(faults), (cell: Cell, index) =>
    prepareTrial(cell, index + round, parts),
  );
  // What it took to open the accounts is not counted.
  await parts.topology.admin.resetStats();
  const of = (name: FaultName) => prepared.filter(({ fault }) => fault === name);
  const local = prepared.filter(({ fault }) => !GLOBAL.includes(fault));
  return [
    ...(await eachAtMost(MOST_AT_ONCE, local, (trial) => playAlone(trial, parts))),
    ...(await playKilled(of('gateway killed'), parts)),
    ...(await playWithoutRedis(of('Redis down'), parts)),
  ];
}

async function playAlone(trial: Trial, parts: TrialParts): Promise<TrialResult> {
  const takeBack = await declareFault(trial, parts);
  return playTrial(trial, parts, takeBack);
}

/** Has the API carry out all of them and answer none, and then kills the gateway that waits; it is started again. */
async function playKilled(trials: readonly Trial[], parts: TrialParts): Promise<TrialResult[]> {
  if (trials.length === 0) return [];
  const { topology } = parts;
  const [gateway] = topology.gateways;
  const countOf = async () => Object.keys(await topology.admin.executions()).length;
  const before = await countOf();
  let restart = () => {};
  const restarted = new Promise<void>((resolve) => {
    restart = resolve;
  });
  for (const trial of trials) await declareFault(trial, parts);
  const results = trials.map((trial) => playTrial(trial, parts, () => restarted));
  const deadline = performance.now() + 30_000;
  while ((await countOf()) < before + trials.length && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await gateway.kill();
  await gateway.start();
  restart();
  return Promise.all(results);
}

/** Redis dies before the first request, and comes back, empty, while some of the trials still go on. */
async function playWithoutRedis(trials: readonly Trial[], parts: TrialParts): Promise<TrialResult[]> {
  if (trials.length === 0) return [];
  const { redis } = parts.topology;
  await redis.kill();
  const isLate = ({ repeat }: Trial) => repeat === 'later';
  const meanwhile = await Promise.all(trials.filter((trial) => !isLate(trial)).map((trial) => playAlone(trial, parts)));
  let isBack = false;
  const late = await Promise.all(
    trials.filter(isLate).map(async (trial) => {
      const takeBack = await declareFault(trial, parts);
      return playTrial(trial, parts, async () => {
        await takeBack();
        await redis.restart();
        isBack = true;
      });
    }),
  );
  if (!isBack) await redis.restart();
  return [...meanwhile, ...late];
}

async function eachAtMost<A, R>(most: number, items: readonly A[], act: (item: A, index: number) => Promise<R>) {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await act(items[index] as A, index);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}
