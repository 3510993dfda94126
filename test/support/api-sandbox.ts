import { randomBytes, randomUUID } from 'node:crypto';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.js';
import { createSigningKeyPair, type SigningKeyPair } from '../../src/auth/outbound/signing-key-pair.js';
import { createRefusals, type Refusals } from './refusals.js';
import { closeAfterAll } from './teardown.js';

/** A sandbox beside the gateway, with known credentials, that can go away and come back at the same address. */
export interface ApiSandbox {
  readonly apiSecret: string;
  readonly keyId: string;
  readonly keyPair: SigningKeyPair;
  /** `OFFBLOCKS_…` for a gateway that talks to it, its simulator included. */
  env: Record<string, string>;
  /** The one that runs, or ran last. */
  readonly running: RunningSandbox;
  readonly refusals: Refusals;
  stop(): Promise<void>;
  /** Starts it again with the same port, credentials and seed, which means that it has forgotten all else. */
  restart(): Promise<void>;
}

export async function startApiSandbox(options: Partial<SandboxOptions> = {}): Promise<ApiSandbox> {
  const credentials = { apiKey: randomUUID(), apiSecret: `planted-api-secret-${randomBytes(16).toString('hex')}` };
  const keyPair = await createSigningKeyPair();
  const keyId = randomUUID();
  const settings = { ...credentials, signingKeys: [{ keyId, publicKeyPem: keyPair.publicPem }], ...options };
  let running = await startSandbox(settings);
  let isRunning = true;
  const { port, baseUrl } = running;
  const refusals = createRefusals(() => running);

  async function stop(): Promise<void> {
    if (!isRunning) return;
    isRunning = false;
    await running.close();
  }
  closeAfterAll(stop);

  return {
    apiSecret: credentials.apiSecret,
    keyId,
    keyPair,
    env: {
      OFFBLOCKS_BASE_URL: baseUrl,
      OFFBLOCKS_API_KEY: credentials.apiKey,
      OFFBLOCKS_API_SECRET: credentials.apiSecret,
      OFFBLOCKS_SIGNING_KEY: keyPair.privatePem,
      OFFBLOCKS_SIGNING_KEY_ID: keyId,
      OFFBLOCKS_SIMULATOR: 'on',
    },
    get running() {
      return running;
    },
    refusals,
    stop,
    async restart() {
      await stop();
      refusals.resetStats();
      running = await startSandbox({ ...settings, port });
      isRunning = true;
    },
  };
}
