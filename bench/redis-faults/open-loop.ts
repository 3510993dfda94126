import { FailedRequest, type WorkloadClient } from '../consistency/operations.js';
import type { Recorder } from '../consistency/recorder.js';
import type { Sample } from './latency.js';

export interface Load {
  readonly samples: readonly Sample[];
  /** Sends no more, and waits for the answers that are still to come. */
  stop(): Promise<void>;
}

/** Requests at a steady rate, whether or not earlier ones were answered, evenly over all gateways. */
export function startLoad(settings: {
  recorder: Recorder;
  clients: readonly WorkloadClient[];
  readsPerSecond: number;
  writesPerSecond: number;
}): Load {
  const { recorder, clients, readsPerSecond, writesPerSecond } = settings;
  const samples: Sample[] = [];
  const underWay = new Set<Promise<void>>();
  const timers: NodeJS.Timeout[] = [];

  function send(kind: Sample['kind'], dueAt: number, turn: number): void {
    const client = clients[turn % clients.length] as WorkloadClient;
    const sending = kind === 'read' ? recorder.read(client) : recorder.write(client);
    const done = sending.then(
      () => null,
      (error: unknown) => {
        if (!(error instanceof FailedRequest)) throw error;
        return error.message;
      },
    );
    const recorded = done.then((failure) => {
      samples.push({ kind, dueAt, answeredAt: performance.now(), failure });
      underWay.delete(recorded);
    });
    underWay.add(recorded);
  }

  function schedule(kind: Sample['kind'], perSecond: number): void {
    const startedAt = performance.now();
    let turn = 0;
    const tick = () => {
      for (;;) {
        const dueAt = startedAt + (turn * 1_000) / perSecond;
        if (dueAt > performance.now()) return;
        send(kind, dueAt, turn);
        turn += 1;
      }
    };
    timers.push(setInterval(tick, 2));
  }
  schedule('read', readsPerSecond);
  schedule('write', writesPerSecond);

  return {
    samples,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}
