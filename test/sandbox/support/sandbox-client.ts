import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../../sandbox/sandbox.js';
import { digestOf, type SignatureChoices, signByHand, type WireRequest } from './hand-signer.js';

export interface WireAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body as a JSON object; empty when it is something else. */
  json: AnswerBody;
  /** The body as a JSON array; empty when it is something else. */
  list: AnswerBody[];
}

/** The fields of the answers that tests go on with. */
export interface AnswerBody {
  [field: string]: unknown;
  id: string;
  status: string;
  chainId: string;
  challenge: string;
  createdAt: string;
  updatedAt: string;
  token: string;
  expiresAt: number;
  keyId: string;
  fees: { type: string; amount: string }[];
}

export interface CallOptions {
  body?: unknown;
  idempotencyKey?: string;
  headers?: Record<string, string>;
}

export const API_KEY = '0d5a1f6c-3b39-4b8e-9f51-6f6a2f2f8c11';
export const API_SECRET = '3f1d9b7c5e2a4860d1c3b5a7988776655443322a';
export const KEY_ID = 'key-of-the-tests';
export const { privateKey: PRIVATE_KEY, publicKey: PUBLIC_KEY } = generateKeyPairSync('ec', {
  namedCurve: 'secp384r1',
});
export const PUBLIC_KEY_PEM = PUBLIC_KEY.export({ type: 'spki', format: 'pem' }).toString();

/** A sandbox of its own for one test, closed when the test file is done, and a client that signs by hand. */
export async function startForTest(options: Partial<SandboxOptions> = {}): Promise<SandboxClient> {
  const sandbox = await startSandbox({
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    signingKeys: [{ keyId: KEY_ID, publicKeyPem: PUBLIC_KEY_PEM }],
    seed: 'empty',
    ...options,
  });
  const client = new SandboxClient(sandbox, options.clock);
  running.push(client);
  return client;
}

const running: SandboxClient[] = [];
afterAll(async () => {
  await Promise.all(running.map(({ sandbox }) => sandbox.close()));
});

export class SandboxClient {
  readonly sandbox: RunningSandbox;
  readonly #clock: () => Date;
  #token: string | undefined;

  constructor(sandbox: RunningSandbox, clock: () => Date = () => new Date()) {
    this.sandbox = sandbox;
    this.#clock = clock;
  }

  get nowSeconds(): number {
    return Math.floor(this.#clock().getTime() / 1000);
  }

  /** A signed call with a token; a key for idempotency is made up unless given. `path` is the one below `/v1`. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<WireAnswer> {
    return this.send(this.sign(await this.prepare(method, path, options)));
  }

  /** The request without signature. */
  async prepare(method: string, path: string, options: CallOptions = {}): Promise<WireRequest> {
    const body = options.body === undefined ? '' : JSON.stringify(options.body);
    this.#token ??= await this.fetchToken();
    return {
      method,
      target: `/v1${path}`,
      headers: {
        host: `127.0.0.1:${this.sandbox.port}`,
        authorization: `Bearer ${this.#token}`,
        ...(method !== 'GET' && { 'idempotency-key': options.idempotencyKey ?? randomUUID() }),
        ...(body !== '' && { 'content-type': 'application/json', 'content-digest': digestOf(body) }),
        ...options.headers,
      },
      body,
    };
  }

  sign(request: WireRequest, choices: Partial<SignatureChoices> = {}): WireRequest {
    return signByHand(request, {
      keyId: KEY_ID,
      privateKey: PRIVATE_KEY,
      createdSeconds: this.nowSeconds - 1,
      ...choices,
    });
  }

  send({ method, target, headers, body }: WireRequest): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        {
          host: '127.0.0.1',
          port: this.sandbox.port,
          method,
          path: target,
          headers: { ...headers, ...(body !== '' && { 'content-length': Buffer.byteLength(body) }) },
          agent: false,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const isJson = response.headers['content-type']?.startsWith('application/json');
            const body: unknown = isJson ? JSON.parse(text) : undefined;
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              json: (typeof body === 'object' && !Array.isArray(body) ? body : {}) as AnswerBody,
              list: (Array.isArray(body) ? body : []) as AnswerBody[],
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async fetchToken(credentials = { apiKey: API_KEY, apiSecret: API_SECRET }): Promise<string> {
    const answer = await this.unsigned('POST', '/auth/token', credentials);
    return answer.json.token;
  }

  forgetToken(): void {
    this.#token = undefined;
  }

  /** A call with neither signature nor token, unless `headers` hold one. */
  unsigned(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<WireAnswer> {
    return this.send({
      method,
      target: `/v1${path}`,
      headers: {
        host: `127.0.0.1:${this.sandbox.port}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? '' : JSON.stringify(body),
    });
  }

  /** A call of the admin interface. */
  admin(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<WireAnswer> {
    return this.send({
      method,
      target: `/_sandbox${path}`,
      headers: { host: `127.0.0.1:${this.sandbox.port}`, ...headers },
      body: body === undefined ? '' : JSON.stringify(body),
    });
  }
}
