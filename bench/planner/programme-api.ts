import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNodeProcess } from '../consistency/node-process.js';

/** A sandbox in a process of its own. */
export interface ProgrammeApi {
  /** What a gateway needs to be let in; can be sent to another process. */
  access: {
    baseUrl: string;
    credentials: { apiKey: string; apiSecret: string };
    keyId: string;
    privateKeyPem: string;
  };
  close(): Promise<void>;
}

/** With a programme of so many cards, two for each account. */
export async function startProgrammeApi({ cards }: { cards: number }): Promise<ProgrammeApi> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'secp384r1',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const directory = await mkdtemp(join(tmpdir(), 'gateway-bench-'));
  try {
    const publicKeyFile = join(directory, 'public-key.pem');
    await writeFile(publicKeyFile, publicKey);
    const credentials = { apiKey: randomUUID(), apiSecret: randomUUID() };
    const keyId = randomUUID();
    const running = await startNodeProcess('sandbox/main.js', {
      args: ['--cards', String(cards), '--key-id', keyId, '--public-key-file', publicKeyFile],
      env: { SANDBOX_API_KEY: credentials.apiKey, SANDBOX_API_SECRET: credentials.apiSecret },
      ready: /OFFBLOCKS_SIMULATOR/,
    });
    const baseUrl = /OFFBLOCKS_BASE_URL=(\S+)/.exec(running.output())?.[1] ?? '';
    return { access: { baseUrl, credentials, keyId, privateKeyPem: privateKey }, close: running.stop };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
