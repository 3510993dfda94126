import type { Outcome } from './reader.js';

/** One operation. Times in milliseconds of one clock. */
export interface Answer {
  /** When it had to leave by the schedule; waiting counts from here, so a stall is not hidden by fewer requests. */
  dueAt: number;
  answeredAt: number;
  outcome: Outcome;
}

export interface Load {
  readonly answers: readonly Answer[];
  /** Sends no more, and waits for the answers that are still to come. */
  stop(): Promise<void>;
}

/** Operations at a steady rate, whether or not earlier ones were answered. */
export function startLoad({ perSecond, send }: { perSecond: number; send: () => Promise<Outcome> }): Load {
  const answers: Answer[] = [];
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  let turn = 0;
  const timer = setInterval(() => {
    for (;;) {
      const dueAt = startedAt + (turn * 1_000) / perSecond;
      if (dueAt > performance.now()) return;
      turn += 1;
      const sent = send().then((outcome) => {
        answers.push({ dueAt, answeredAt: performance.now(), outcome });
        underWay.delete(sent);
      });
      underWay.add(sent);
    }
  }, 2);
  return {
    answers,
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}

/** As many operations as there are clients, each sent when the one before is answered: what can be had at most, in answers a second. */
export async function peakPerSecond(options: {
  clients: number;
  seconds: number;
  send: () => Promise<Outcome>;
}): Promise<number> {
  const { clients, seconds, send } = options;
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  let good = 0;
  const work = async () => {
    while (performance.now() < endsAt) if ((await send()) === 'ok') good += 1;
  };
  await Promise.all(Array.from({ length: clients }, work));
  return good / ((performance.now() - startedAt) / 1_000);
}

/** Of those that were due between two moments. */
export function dueBetween(answers: readonly Answer[], from: number, until = Number.POSITIVE_INFINITY): Answer[] {
  return answers.filter(({ dueAt }) => dueAt >= from && dueAt < until);
}

/** From `since` to the first answer, by the time when it was due, from which on `count` in a row were good; null: never. */
export function recoveryMs(answers: readonly Answer[], since: number, count: number): number | null {
  const inOrder = dueBetween(answers, since).sort((one, other) => one.dueAt - other.dueAt);
  const first = inOrder.findIndex((_, index) => {
    const row = inOrder.slice(index, index + count);
    return row.length === count && row.every(({ outcome }) => outcome === 'ok');
  });
  const found = inOrder[first];
  return found ? found.answeredAt - since : null;
}

export const shareOf = (answers: readonly Answer[], condition: (answer: Answer) => boolean): number =>
  answers.length === 0 ? 0 : answers.filter(condition).length / answers.length;
