import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { LateAnswerError, StoreDeadlineError, withDeadline } from '../../../src/datasources/cache/with-deadline.js';
import { closeAfterAll } from '../../support/teardown.js';

const never = () => new Promise<never>(() => {});

/** Keeps this process from doing anything else, as the parsing of a long body may. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** A connection to a server in a thread of its own, which answers while this one is busy. */
async function connectToEcho(): Promise<Socket> {
  const worker = new Worker(
    `const { createServer } = require('node:net');
     const { parentPort } = require('node:worker_threads');
     const server = createServer((socket) => socket.pipe(socket));
     server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  const [port] = (await once(worker, 'message')) as [number];
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  closeAfterAll(async () => {
    socket.destroy();
    await worker.terminate();
  });
  return socket;
}

describe('a call with a deadline', () => {
  it('gives what the call gives', async () => {
    await expect(withDeadline(Promise.resolve('value'), 1_000)).resolves.toBe('value');
    const failure = new Error('refused');
    await expect(withDeadline(Promise.reject(failure), 1_000)).rejects.toBe(failure);
  });

  it('fails when the answer does not come', async () => {
    const failure = withDeadline(never(), 5);
    await expect(failure).rejects.toBeInstanceOf(StoreDeadlineError);
    await expect(failure).rejects.toThrow('within 5 ms');
  });

  it('does not care for an answer, or a failure, that comes after it', async () => {
    let answer = (_: string) => {};
    const late = new Promise<string>((resolve) => {
      answer = resolve;
    });
    await expect(withDeadline(late, 1)).rejects.toBeInstanceOf(StoreDeadlineError);
    let fail = (_: Error) => {};
    const lateFailure = new Promise<string>((_, reject) => {
      fail = reject;
    });
    await expect(withDeadline(lateFailure, 1)).rejects.toBeInstanceOf(StoreDeadlineError);
    answer('late');
    fail(new Error('late'));
    await Promise.allSettled([late, lateFailure]);
  });

  it('leaves no timer behind', async () => {
    const timersBefore = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    await withDeadline(Promise.resolve('value'), 600_000);
    await withDeadline(Promise.reject(new Error('refused')), 600_000).catch(() => {});
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(timersBefore);
  });

  it('takes an answer that arrived in time and was not read, because this process was busy', async () => {
    const socket = await connectToEcho();
    for (let round = 0; round < 5; round += 1) {
      const answer = once(socket, 'data').then(([bytes]) => String(bytes));
      socket.write('pong');
      // By a clock on which it is not too late: how long the machine stops this process is not to matter here.
      const judged = withDeadline(answer, 10, { now: () => 0 });
      block(40);
      await expect(judged).resolves.toBe('pong');
    }
  });

  it.each([
    [19, 'believed'],
    [20, 'believed'],
    [21, 'not believed'],
  ])('is asked for within 10 ms and read after %i: %s, whenever it arrived', async (readAtMs, outcome) => {
    let nowMs = 0;
    const judged = withDeadline(Promise.resolve('value'), 10, { now: () => nowMs });
    nowMs = readAtMs;
    if (outcome === 'believed') await expect(judged).resolves.toBe('value');
    else await expect(judged).rejects.toBeInstanceOf(LateAnswerError);
  });

  it('keeps to the acknowledgement of a write however late it is read', async () => {
    let nowMs = 0;
    const judged = withDeadline(Promise.resolve('done'), 10, { isFact: true, now: () => nowMs });
    nowMs = 5_000;
    await expect(judged).resolves.toBe('done');
  });
});
