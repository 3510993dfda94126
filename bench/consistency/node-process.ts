import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A program of this project that runs as a process of its own. */
export interface NodeProcess {
  /** What it has written to its standard output so far. */
  readonly output: () => string;
  /** The last of what it wrote to its standard error. */
  readonly errors: () => string;
  /** Exit code or signal; null while it runs. */
  readonly ending: () => number | string | null;
  stop(): Promise<void>;
  /** Ends it without a warning (SIGKILL). */
  kill(): Promise<void>;
}

const START_DEADLINE_MS = 20_000;
const STOP_DEADLINE_MS = 5_000;
const ERRORS_KEPT = 20_000;

/**
 * Where the compiled programs are: beside this file when it is compiled itself, in `BUILD_DIR` when that is set, else in
 * `dist`. Throws when there is no such program.
 */
export function compiledProgram(name: 'src/main.js' | 'sandbox/main.js'): string {
  const root = join(__dirname, '../..');
  const folders = [process.env.BUILD_DIR, root, join(root, 'dist')].filter((folder) => folder !== undefined);
  const path = folders.map((folder) => join(folder, name)).find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`${name} is not compiled: run "npm run build:server" first.`);
  return path;
}

/** Starts a compiled program and waits until its output matches `ready`. Rejects, with what it said, when it ends before. */
export async function startNodeProcess(
  name: 'src/main.js' | 'sandbox/main.js',
  settings: {
    args?: readonly string[];
    env: Readonly<Record<string, string>>;
    ready: RegExp;
    /** Options of Node itself. */
    nodeOptions?: readonly string[] | undefined;
  },
): Promise<NodeProcess> {
  const { args = [], env, ready, nodeOptions = ['--enable-source-maps'] } = settings;
  const child = spawn(process.execPath, [...nodeOptions, compiledProgram(name), ...args], {
    // Nothing of this process's own environment, which could configure the program.
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killNow = () => void child.kill('SIGKILL');
  process.on('exit', killNow);
  child.once('exit', () => process.off('exit', killNow));

  let output = '';
  let errors = '';
  child.stderr.on('data', (bytes: Buffer) => {
    errors = (errors + bytes.toString()).slice(-ERRORS_KEPT);
  });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail('did not start in time'), START_DEADLINE_MS);
    const fail = (what: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`${name} ${what}: ${errors.trim() || output.trim()}`));
    };
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`ended (${code ?? signal})`));
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes.toString();
      if (!ready.test(output)) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      child.once('exit', () => process.off('exit', killNow));
      resolve();
    });
  });
  return {
    output: () => output,
    errors: () => errors,
    ending: () => endingOf(child),
    async stop() {
      if (endingOf(child) !== null) return;
      const ended = once(child, 'exit');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
    },
    async kill() {
      if (endingOf(child) !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function endingOf(child: ChildProcess): number | string | null {
  return child.exitCode ?? child.signalCode;
}
