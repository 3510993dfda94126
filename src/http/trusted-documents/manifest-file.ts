import { readFile, stat } from 'node:fs/promises';
import { type Manifest, ManifestError, parseManifest } from './manifest.js';

export interface ManifestFileOptions {
  readonly path: string;
  /** Time between two looks at the file, in milliseconds. Default 1000. */
  readonly intervalMs?: number;
  /** Hears of each manifest that has taken over from another; the first one is in the result. */
  readonly onChange: (manifest: Manifest) => void;
  /** Hears, once for each cause, that a changed file could not be used: what was loaded before stays. */
  readonly onProblem: (problem: ManifestError) => void;
}

/** A manifest that follows its file. */
export interface ManifestFile {
  readonly current: Manifest;
  /** Looks at the file now. Never rejects: what goes wrong is told to `onProblem`. */
  check(): Promise<void>;
  /** Stops following the file. The manifest stays usable. */
  close(): void;
}

/** A few thousand operations; a wrong path may lead to something endless. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

function unreadable(error: unknown): ManifestError {
  if (error instanceof ManifestError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return new ManifestError(`the manifest of trusted documents cannot be read (${code})`);
}

/** Changes when the file does, or when its name leads to another one. */
async function versionOf(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true });
  // Looked at before it is opened: opening a pipe would wait for its writer.
  if (!stats.isFile()) throw new ManifestError('the manifest of trusted documents is not a regular file');
  if (stats.size > MAX_FILE_BYTES) {
    throw new ManifestError(`the manifest of trusted documents is larger than ${MAX_FILE_BYTES} bytes`);
  }
  return [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':');
}

/**
 * Reads a manifest and follows its file: a new one takes over within about `intervalMs`, without a restart. Looked at by name,
 * again and again, and not through `fs.watch`, for the reasons that `openSigningKeyFile` gives. The timer does not keep the
 * process alive.
 * @throws {ManifestError} when the file cannot be used at the start
 */
export async function openManifestFile(options: ManifestFileOptions): Promise<ManifestFile> {
  const { path, intervalMs = 1_000, onChange, onProblem } = options;
  let seenVersion = '';
  let reported = '';
  let checking: Promise<void> | undefined;

  /** Null when nothing has changed. A version is remembered once it is loaded, so a file found half written is read again. */
  async function load(): Promise<Manifest | null> {
    try {
      const version = await versionOf(path);
      if (version === seenVersion) return null;
      const manifest = parseManifest(await readFile(path, 'utf8'));
      seenVersion = version;
      return manifest;
    } catch (error) {
      throw unreadable(error);
    }
  }

  let current = (await load()) as Manifest;

  async function look(): Promise<void> {
    try {
      const manifest = await load();
      reported = '';
      if (manifest === null) return;
      current = manifest;
      onChange(manifest);
    } catch (error) {
      const problem = unreadable(error);
      if (problem.message === reported) return;
      reported = problem.message;
      onProblem(problem);
    }
  }

  function check(): Promise<void> {
    checking ??= look().finally(() => {
      checking = undefined;
    });
    return checking;
  }

  const timer = setInterval(() => void check(), intervalMs);
  timer.unref();
  return {
    get current() {
      return current;
    },
    check,
    close: () => clearInterval(timer),
  };
}
