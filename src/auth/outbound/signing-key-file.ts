import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { SigningKeyError } from './signing-key-error.js';
import { createSigningKeyRing, type SigningKeyRing } from './signing-key-ring.js';
import { parseSigningKeys } from './signing-key-text.js';

export interface SigningKeyFileOptions {
  readonly path: string;
  /** Key ID of a block without a `keyid:` line of its own. */
  readonly keyId?: string | undefined;
  /** Time between two looks at the file, in milliseconds. Default 1000. */
  readonly intervalMs?: number;
  /**
   * Hears, once for each cause, that a changed file could not be used (the keys loaded before stay) or that others on
   * the machine may read it (`KEY_FILE_EXPOSED`; it is used all the same: a mounted secret is often readable by a group).
   */
  readonly onProblem: (problem: SigningKeyError) => void;
}

/** Signing keys that follow a file. */
export interface SigningKeyFile {
  readonly ring: SigningKeyRing;
  /** Looks at the file now, e.g. on a signal. Never rejects: what goes wrong is told to `onProblem`. */
  check(): Promise<void>;
  /** Stops following the file. The keys stay usable. */
  close(): void;
}

/** A key file holds a few kilobytes; a wrong path may lead to something endless. */
const maxFileBytes = 64 * 1024;

/**
 * Reads a key file (see `parseSigningKeys` for what it may hold) and follows it: a new key takes over within about
 * `intervalMs`. The file is looked at by name, again and again, and not through `fs.watch`: that follows the old file
 * when a symbolic link is swapped, as Kubernetes does it for mounted secrets, and is silent on network file systems.
 * The timer does not keep the process alive.
 * @throws {SigningKeyError} when the file cannot be used at the start
 */
export async function openSigningKeyFile(options: SigningKeyFileOptions): Promise<SigningKeyFile> {
  const { path, keyId, intervalMs = 1000, onProblem } = options;
  const stats = await statKeyFile(path);
  const text = await readKeyFile(path);
  const ring = createSigningKeyRing({ keys: parseSigningKeys({ text, keyId }) });
  let seenVersion = versionOf(stats);
  let loadedDigest = digestOf(text);
  let reportedFailure = '';
  let reportedMode: number | undefined;
  let checking: Promise<void> | undefined;

  function reportExposure(mode: number): void {
    const problem = mode === reportedMode ? undefined : exposureOf(mode);
    reportedMode = mode;
    if (problem) onProblem(problem);
  }

  function reportFailure(problem: SigningKeyError): void {
    const failure = `${problem.code} ${problem.message}`;
    if (failure === reportedFailure) return;
    reportedFailure = failure;
    onProblem(problem);
  }

  /** Remembers a version only once it is loaded, so a file found half written is looked at again. */
  async function load(): Promise<void> {
    const stats = await statKeyFile(path);
    const version = versionOf(stats);
    if (version === seenVersion) return;
    const text = await readKeyFile(path);
    const digest = digestOf(text);
    // A file that was only touched must not undo a promotion.
    if (digest !== loadedDigest) ring.replace(parseSigningKeys({ text, keyId }));
    loadedDigest = digest;
    seenVersion = version;
    reportExposure(Number(stats.mode));
  }

  async function look(): Promise<void> {
    try {
      await load();
      reportedFailure = '';
    } catch (error) {
      reportFailure(error instanceof SigningKeyError ? error : unreadable(error));
    }
  }

  function check(): Promise<void> {
    checking ??= look().finally(() => {
      checking = undefined;
    });
    return checking;
  }

  reportExposure(Number(stats.mode));
  const timer = setInterval(() => void check(), intervalMs);
  timer.unref();
  return { ring, check, close: () => clearInterval(timer) };
}

async function statKeyFile(path: string): Promise<BigIntStats> {
  const stats = await stat(path, { bigint: true }).catch((error: unknown) => {
    throw unreadable(error);
  });
  // Looked at before it is opened: opening a pipe would wait for its writer.
  if (!stats.isFile()) throw new SigningKeyError('KEY_FILE_UNREADABLE', 'The signing key file is not a regular file');
  if (stats.size > maxFileBytes) {
    throw new SigningKeyError('KEY_FILE_UNREADABLE', `The signing key file is larger than ${maxFileBytes} bytes`);
  }
  return stats;
}

async function readKeyFile(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(error);
  });
}

function versionOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}

function exposureOf(mode: number): SigningKeyError | undefined {
  const others = mode & 0o077;
  // Windows reports made-up mode bits.
  if (others === 0 || process.platform === 'win32') return undefined;
  const permissions = (mode & 0o777).toString(8).padStart(4, '0');
  return new SigningKeyError(
    'KEY_FILE_EXPOSED',
    `The signing key file has mode ${permissions}: others than its owner can use it; 0600 is better`,
  );
}

function unreadable(error: unknown): SigningKeyError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : 'unknown error';
  return new SigningKeyError('KEY_FILE_UNREADABLE', `The signing key file cannot be read (${code})`);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
