import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'undici';
import type { PlanName } from './plans.js';
import type { ProgrammeApi } from './programme-api.js';

export interface GatewayOrder {
  api: ProgrammeApi['access'];
  plan: PlanName;
  cacheTtlSeconds: number;
}

export type GatewayReport = { kind: 'started'; url: string; token: string } | { kind: 'cpu'; milliseconds: number };

/** A gateway in a process of its own, so that what it costs can be told from what everything else costs. */
export interface GatewayProcess {
  readonly plan: PlanName;
  /** Sends a query as staff; throws unless it is answered without errors. With `isExplained` gives what it took upstream. */
  query(query: string, options?: { isExplained?: boolean }): Promise<QueryAnswer>;
  /** CPU time that the process has taken since its start. */
  cpuMs(): Promise<number>;
  close(): Promise<void>;
}

export interface QueryAnswer {
  data: unknown;
  /** Null unless asked for. */
  upstreamCalls: number | null;
}

export async function startGatewayProcess(order: GatewayOrder): Promise<GatewayProcess> {
  const child = fork(join(__dirname, 'gateway-program.js'), { env: { PATH: process.env.PATH ?? '' } });
  const killNow = () => void child.kill('SIGKILL');
  process.on('exit', killNow);

  async function ask<K extends GatewayReport['kind']>(
    message: GatewayOrder | 'cpu',
    kind: K,
  ): Promise<Extract<GatewayReport, { kind: K }>> {
    child.send(message);
    const ended = new AbortController();
    const end = () => ended.abort();
    child.once('exit', end);
    const [report] = (await once(child, 'message', { signal: ended.signal })) as [GatewayReport];
    child.off('exit', end);
    if (report.kind !== kind) throw new Error(`the gateway said ${report.kind} and not ${kind}`);
    return report as Extract<GatewayReport, { kind: K }>;
  }

  const { url, token } = await ask(order, 'started');
  const { origin, pathname: path } = new URL(url);
  const client = new Client(origin);

  return {
    plan: order.plan,
    async query(query, { isExplained = false } = {}) {
      const { statusCode, body } = await client.request({
        method: 'POST',
        path,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          ...(isExplained && { 'x-explain': '1' }),
        },
        body: JSON.stringify({ query }),
      });
      const answer = (await body.json()) as {
        data: unknown;
        errors?: { message: string }[];
        extensions?: { upstream?: { calls: unknown[] } };
      };
      if (statusCode !== 200 || answer.errors)
        throw new Error(`HTTP ${statusCode}: ${answer.errors?.[0]?.message ?? 'no error'}`);
      return { data: answer.data, upstreamCalls: answer.extensions?.upstream?.calls.length ?? null };
    },
    cpuMs: async () => (await ask('cpu', 'cpu')).milliseconds,
    async close() {
      process.off('exit', killNow);
      await client.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
