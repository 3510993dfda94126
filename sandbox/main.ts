import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandLineError, parseCommand, type SandboxCommand, USAGE } from './command-line.js';
import { parsePublicKey, type SigningKeyOptions } from './proof/signing-keys.js';
import { startSandbox } from './sandbox.js';

const BAD_OPTIONS_EXIT_CODE = 2;

interface PreparedKey extends SigningKeyOptions {
  /** Where the private half of a generated key is. */
  privateKeyFile?: string;
}

function prepareKey({ signingKey }: SandboxCommand): PreparedKey {
  if (signingKey) {
    try {
      const publicKeyPem = readFileSync(signingKey.publicKeyFile, 'utf8');
      parsePublicKey(publicKeyPem);
      return { keyId: signingKey.keyId, publicKeyPem };
    } catch {
      throw new CommandLineError('--public-key-file must hold a P-384 public key in PEM (BEGIN PUBLIC KEY)');
    }
  }
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'secp384r1',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const privateKeyFile = join(mkdtempSync(join(tmpdir(), 'offblocks-sandbox-')), 'signing-key.pem');
  writeFileSync(privateKeyFile, privateKey, { mode: 0o600 });
  return { keyId: randomUUID(), publicKeyPem: publicKey, privateKeyFile };
}

async function main(): Promise<void> {
  const command = parseCommand({ args: process.argv.slice(2), env: process.env });
  if (command === 'help') {
    process.stdout.write(USAGE);
    return;
  }
  const credentials = command.credentials ?? { apiKey: randomUUID(), apiSecret: randomBytes(20).toString('hex') };
  const { privateKeyFile, ...signingKey } = prepareKey(command);
  const sandbox = await startSandbox({ ...command, ...credentials, signingKeys: [signingKey] });
  const stop = () => void sandbox.close();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);

  const secret = command.credentials ? '…as given…' : credentials.apiSecret;
  process.stdout.write(`The OffBlocks sandbox listens. Admin interface: ${sandbox.adminUrl}/stats
A gateway connects with:

OFFBLOCKS_BASE_URL=${sandbox.baseUrl}
OFFBLOCKS_API_KEY=${credentials.apiKey}
OFFBLOCKS_API_SECRET=${secret}
OFFBLOCKS_SIGNING_KEY_ID=${signingKey.keyId}
OFFBLOCKS_SIGNING_KEY_FILE=${privateKeyFile ?? '…the private half of the key given…'}
OFFBLOCKS_SIMULATOR=on
`);
  if (command.webhooks?.isSigned) {
    const { keyId, publicKeyPem } = sandbox.webhookKey();
    const file = join(mkdtempSync(join(tmpdir(), 'offblocks-sandbox-')), 'webhook-key.pub.pem');
    writeFileSync(file, publicKeyPem);
    process.stdout.write(`WEBHOOK_SIGNATURE_KEY_ID=${keyId}\nWEBHOOK_SIGNATURE_KEY_FILE=${file}\n`);
  }
}

main().catch((error: unknown) => {
  const isBadCommand = error instanceof CommandLineError;
  const message = error instanceof Error ? error.message : 'unknown failure';
  process.stderr.write(`The sandbox cannot start: ${message}\n${isBadCommand ? `\n${USAGE}` : ''}`);
  process.exitCode = isBadCommand ? BAD_OPTIONS_EXIT_CODE : 1;
});
