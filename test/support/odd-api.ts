import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSigningKeyPair } from '../../src/auth/outbound/signing-key-pair.js';
import { closeAfterAll } from './teardown.js';

export interface OddAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** Objects go out as JSON, texts as they are; absent: no body. */
  body?: unknown;
}

/** An API that answers whatever it is told to: for what the sandbox is too well-behaved to say. It verifies nothing. */
export interface OddApi {
  /** `OFFBLOCKS_…` for a gateway that talks to it. */
  env: Record<string, string>;
  /** Answers by request, e.g. `GET /cards/ID`; anything else is 404. */
  answers: Map<string, OddAnswer>;
  /** Requests that came in, without those for tokens. */
  requests: string[];
  close(): Promise<void>;
}

const PREFIX = '/v1';

export async function startOddApi(): Promise<OddApi> {
  const answers = new Map<string, OddAnswer>();
  const requests: string[] = [];
  const { privatePem } = await createSigningKeyPair();
  const expiresAt = Math.floor(Date.now() / 1000) + 900;
  const server = createServer((message, response) => {
    message.resume();
    const request = `${message.method} ${message.url?.slice(PREFIX.length)}`;
    if (request === 'POST /auth/token') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ token: 'odd-token', expiresAt, tokenType: 'Bearer' }));
      return;
    }
    requests.push(request);
    const { status = 200, headers, body } = answers.get(request) ?? { status: 404, body: { detail: 'odd prose' } };
    const bytes = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  async function close(): Promise<void> {
    if (!server.listening) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  closeAfterAll(close);
  return {
    env: {
      OFFBLOCKS_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PREFIX}`,
      OFFBLOCKS_API_KEY: 'odd-api-key',
      OFFBLOCKS_API_SECRET: 'odd-api-secret',
      OFFBLOCKS_SIGNING_KEY: privatePem,
      OFFBLOCKS_SIGNING_KEY_ID: 'odd-key',
      OFFBLOCKS_SIMULATOR: 'on',
    },
    answers,
    requests,
    close,
  };
}
