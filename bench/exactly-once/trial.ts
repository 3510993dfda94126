import { randomUUID } from 'node:crypto';
import type { CardAnswer, Client } from './client.js';
import { type Cell, FAULTS } from './matrix.js';
import type { Topology } from './topology.js';

/** One card that is to be created, whatever befalls the request. */
export interface Trial extends Cell {
  key: string;
  accountId: string;
  /** With `other caller`: the account of that one. */
  otherAccountId: string;
  /** How many tries in a row meet the fault: one is mended by the gateway, three outlast it. */
  times: 1 | 3;
}

export interface TrialResult extends Trial {
  /** What the first request came to. */
  first: string;
  /** Everything that was not as it has to be; empty for success. */
  problems: string[];
  /** Mutations that had to be carried out: one for each caller. */
  expectedExecutions: number;
}

export interface TrialParts {
  topology: Topology;
  client: Client;
  stranger: Client;
  deadlineMs: number;
}

const LATER_MS = 400;
const OTHER_CITY = 'Lyon';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const inWords = (answer: CardAnswer) =>
  answer.kind === 'card' ? `card ${answer.id}` : `${answer.kind} ${answer.code}`;

export async function prepareTrial(
  cell: Cell,
  index: number,
  { client, stranger, topology }: TrialParts,
): Promise<Trial> {
  const [gateway] = topology.gateways;
  const accountId = await client.openAccount(gateway);
  const otherAccountId = cell.repeat === 'other caller' ? await stranger.openAccount(gateway) : '';
  return { ...cell, key: randomUUID(), accountId, otherAccountId, times: index % 2 === 0 ? 1 : 3 };
}

/** Declares the fault of a trial; what it resolves with takes it back. */
export async function declareFault(trial: Trial, { topology, deadlineMs }: TrialParts): Promise<() => Promise<void>> {
  const fault = FAULTS[trial.fault];
  if (fault === null) {
    await topology.admin.expireTokens();
    return async () => {};
  }
  return topology.admin.injectFault({
    method: 'POST',
    path: `/accounts/${trial.accountId}/cards`,
    // What is never answered is met once: each try takes a whole deadline.
    times: fault.kind === 'hang' || fault.kind === 'latency' || fault.kind === 'hang-after-commit' ? 1 : trial.times,
    fault: fault.kind === 'latency' ? { ...fault, ms: deadlineMs + 500 } : fault,
  });
}

/**
 * Sends the first request to the first gateway, does what the trial says with the same key, and then asks both gateways
 * once more. `afterFirst` runs when the first request is over: whatever was broken is mended there.
 */
export async function playTrial(
  trial: Trial,
  parts: TrialParts,
  afterFirst: () => Promise<void>,
): Promise<TrialResult> {
  const { topology, client, stranger } = parts;
  const [here, there] = topology.gateways;
  const order = { accountId: trial.accountId, key: trial.key };
  const problems: string[] = [];
  const answers: CardAnswer[] = [];
  let expectedExecutions = 1;

  const underWay = client.createCard(here, order);
  const tenAtOnce =
    trial.repeat === 'ten at once'
      ? Array.from({ length: 10 }, (_, index) =>
          client.createCardForSure(index % 2 ? [here, there] : [there, here], order),
        )
      : [];
  const first = await underWay;
  answers.push(first);
  await afterFirst();
  switch (trial.repeat) {
    case 'at once':
      answers.push(await client.createCardForSure([here], order));
      break;
    case 'later':
      await sleep(LATER_MS);
      answers.push(await client.createCardForSure([here], order));
      break;
    case 'to another node':
      answers.push(await client.createCardForSure([there], order));
      break;
    case 'ten at once':
      answers.push(...(await Promise.all(tenAtOnce)));
      break;
    case 'other payload': {
      // Only the gateway that was asked first is sure to know of it while Redis is away.
      const answer = await client.createCardForSure([here], { ...order, city: OTHER_CITY });
      if (answer.kind !== 'refused' || answer.code !== 'IDEMPOTENCY_KEY_REUSED') {
        problems.push(`another payload was answered with ${inWords(answer)}`);
      }
      break;
    }
    case 'other caller': {
      const theirs = await stranger.createCardForSure([there, here], { ...order, accountId: trial.otherAccountId });
      expectedExecutions = 2;
      if (theirs.kind !== 'card' || theirs.accountId !== trial.otherAccountId) {
        problems.push(`another caller was answered with ${inWords(theirs)}`);
      }
      break;
    }
  }
  for (const gateway of [here, there]) answers.push(await client.createCardForSure([gateway], order));
  problems.push(...(await check(trial, answers, parts)));
  return {
    ...trial,
    first: inWords(first)
      .split(' ')
      .slice(0, first.kind === 'card' ? 1 : 2)
      .join(' '),
    problems,
    expectedExecutions,
  };
}

/** Every final answer is the same card, and it is the only one of its account. */
async function check(
  trial: Trial,
  answers: readonly CardAnswer[],
  { client, topology }: TrialParts,
): Promise<string[]> {
  const problems: string[] = [];
  const cards = new Set(answers.flatMap((answer) => (answer.kind === 'card' ? [answer.id] : [])));
  if (cards.size !== 1) problems.push(`${cards.size} different cards were answered`);
  // The first may stay open, all that came after it has to tell.
  for (const answer of answers.slice(1)) if (answer.kind !== 'card') problems.push(`a repetition: ${inWords(answer)}`);
  const there = await client.cardsOf(topology.gateways[1], trial.accountId);
  if (there.length !== 1) problems.push(`the account has ${there.length} cards`);
  for (const id of cards) if (!there.includes(id)) problems.push('a card that was acknowledged is lost');
  return problems;
}
