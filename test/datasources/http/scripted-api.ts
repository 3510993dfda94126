import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  method: string;
  /** Request target, byte for byte as it came. */
  target: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What the API does with one request. */
export type Act =
  | { status: number; headers?: Record<string, string>; body?: string | Buffer }
  | 'reset'
  | 'reset-in-body'
  | 'hang'
  | 'hang-in-body';

/** A real HTTP server on a free port that carries out a script and keeps what it received. */
export interface ScriptedApi {
  origin: URL;
  received: ReceivedRequest[];
  /** One act for each request; the last one is repeated. */
  script(...acts: Act[]): void;
}

const running: (() => void)[] = [];
afterAll(() => {
  for (const stop of running.splice(0)) stop();
});

function carryOut(act: Act, response: ServerResponse): void {
  if (act === 'hang') return;
  if (act === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (act === 'reset-in-body' || act === 'hang-in-body') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"id"', () => act === 'reset-in-body' && response.socket?.resetAndDestroy());
    return;
  }
  response.writeHead(act.status, act.headers);
  response.end(act.body);
}

export async function startScriptedApi(): Promise<ScriptedApi> {
  let acts: Act[] = [];
  const received: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const act = acts[Math.min(received.length, acts.length - 1)] ?? { status: 501 };
    const { method = '', url = '', headers } = request;
    received.push({ method, target: url, headers, body: Buffer.concat(chunks).toString('utf8') });
    carryOut(act, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: new URL(`http://127.0.0.1:${port}`),
    received,
    script(...next) {
      acts = next;
      received.length = 0;
    },
  };
}

/** An address at which nobody listens. */
export async function refusingOrigin(): Promise<URL> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return new URL(`http://127.0.0.1:${port}`);
}
