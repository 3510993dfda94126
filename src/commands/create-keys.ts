import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join, parse, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  createSigningKeyPair,
  type SigningKeyPair,
  signingKeyRegistration,
} from '../auth/outbound/signing-key-pair.js';

const usage = `Makes the P-384 key pair that signs requests to the OffBlocks API.

  npm run keys                    offblocks-signing-key.pem and offblocks-signing-key.pub.pem, here
  npm run keys -- --out keys/     the same two files in that directory (made if need be)
  npm run keys -- --out my.pem    my.pem and my.pub.pem

The private key is written with mode 0600 and never shown. Existing files are left alone.
Exit codes: 0 made, 1 failed, 2 wrong use or a file exists.
`;

export interface CreateKeysOptions {
  /** Arguments after the name of the command. */
  readonly args: readonly string[];
  /** Directory that relative paths start from. */
  readonly directory: string;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/**
 * Runs the command; resolves to its exit code: 0 made (or help shown), 1 the files could not be written, 2 wrong use or
 * a file of that name exists. Prints what to register, never the private key.
 */
export async function createKeys(options: CreateKeysOptions): Promise<0 | 1 | 2> {
  const { args, directory, writeOut, writeError } = options;
  let out: string;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { out: { type: 'string', default: '.' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      writeOut(usage);
      return 0;
    }
    if (values.out === '') throw new TypeError('--out needs a path');
    out = values.out;
  } catch (error) {
    writeError(`${messageOf(error)}\n\n${usage}`);
    return 2;
  }

  try {
    const paths = await keyPaths({ out, directory });
    const pair = await createSigningKeyPair();
    await writeKeyPair({ paths, pair });
    writeOut(report({ paths, pair }));
    return 0;
  } catch (error) {
    if (propertyOf(error, 'code') === 'EEXIST') {
      writeError(
        `${propertyOf(error, 'path')} exists and is left alone: move it away, or name another place with --out.\n`,
      );
      return 2;
    }
    writeError(`The keys were not made: ${messageOf(error)}\n`);
    return 1;
  }
}

interface KeyPaths {
  readonly privatePath: string;
  readonly publicPath: string;
}

async function keyPaths({ out, directory }: { out: string; directory: string }): Promise<KeyPaths> {
  const path = resolve(directory, out);
  const isDirectory = /[/\\]$/.test(out) || (await stat(path).catch(() => undefined))?.isDirectory();
  const privatePath = isDirectory ? join(path, 'offblocks-signing-key.pem') : path;
  const { dir, name } = parse(privatePath);
  return { privatePath, publicPath: join(dir, `${name}.pub.pem`) };
}

async function writeKeyPair({ paths, pair }: { paths: KeyPaths; pair: SigningKeyPair }): Promise<void> {
  await mkdir(dirname(paths.privatePath), { recursive: true, mode: 0o700 });
  await writeNewFile({ path: paths.privatePath, text: pair.privatePem, mode: 0o600 });
  try {
    await writeNewFile({ path: paths.publicPath, text: pair.publicPem, mode: 0o644 });
  } catch (error) {
    // Half a pair is of no use, and would be in the way of the next try.
    await rm(paths.privatePath);
    throw error;
  }
}

/** `wx` refuses a file that exists in the same step that makes it, dangling symbolic links included. */
async function writeNewFile({ path, text, mode }: { path: string; text: string; mode: number }): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

function report({ paths, pair }: { paths: KeyPaths; pair: SigningKeyPair }): string {
  const body = signingKeyRegistration(pair.publicPem);
  return `Private key  ${paths.privatePath} (mode 0600; keep it secret)
Public key   ${paths.publicPath}
Fingerprint  ${pair.fingerprint} (SHA-256 of the public key)

1. Register the public key with OffBlocks: its PEM, base64-encoded once more.

   PUT {base URL}/auth/signing
   Authorization: Bearer {token from POST /auth/token}
   Content-Type: application/json

   ${JSON.stringify(body)}

   The call and the second base64 are documented; the field name "publicKey" is inferred.
   https://docs.offblocks.xyz/developer-guides/api-integration/request-signatures

2. The answer names the key. Start the gateway with

   OFFBLOCKS_SIGNING_KEY_FILE=${paths.privatePath}
   OFFBLOCKS_SIGNING_KEY_ID={that name}

3. To replace a key that is in use, follow docs/guides/signing-keys.md instead of step 2.
`;
}

function messageOf(error: unknown): string {
  return String(propertyOf(error, 'message') ?? error);
}

function propertyOf(error: unknown, name: 'code' | 'message' | 'path'): unknown {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[name] : undefined;
}

if (require.main === module) {
  void createKeys({
    args: process.argv.slice(2),
    directory: process.cwd(),
    writeOut: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
  }).then((exitCode) => {
    process.exitCode = exitCode;
  });
}
