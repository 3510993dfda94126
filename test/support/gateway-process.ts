import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { closeAfterAll } from './teardown.js';

const DIST = resolve(__dirname, '../../dist');
const GATEWAY = 'src/main.js';
const SANDBOX = 'sandbox/main.js';

/** A program of ours in a process of its own, as built by `npm run build:server`. */
export interface SpawnedProgram {
  stdout(): string;
  stderr(): string;
  /** The exit code once it has ended; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs the gateway with exactly this environment (and PATH). It is killed after the tests of the file. */
export function spawnGateway(env: Record<string, string>): SpawnedProgram {
  return spawnProgram(GATEWAY, [], env);
}

/** As `spawnGateway`, for one that starts: resolves once it has printed its banner. Rejects when it ends before. */
export async function startGatewayProcess(env: Record<string, string>): Promise<SpawnedProgram & { url: string }> {
  const program = spawnGateway({ PORT: '0', RATE_LIMIT: 'off', ...env });
  const [, url = ''] = await printed(program, /^ {2}GraphQL +(http\S+)\/graphql$/m);
  return { ...program, url };
}

/** Runs the sandbox alone; `env` is what it says a gateway connects with. */
export async function startSandboxProcess(
  args: string[] = [],
): Promise<SpawnedProgram & { env: Record<string, string>; adminUrl: string }> {
  const program = spawnProgram(SANDBOX, args, {});
  const [, adminUrl = ''] = await printed(program, /Admin interface: (http\S+)\/stats[\s\S]*OFFBLOCKS_SIMULATOR=on/);
  const assignments = [...program.stdout().matchAll(/^(OFFBLOCKS_\w+)=(.*)$/gm)];
  return { ...program, adminUrl, env: Object.fromEntries(assignments.map(([, name, value]) => [name, value])) };
}

function spawnProgram(script: string, args: string[], env: Record<string, string>): SpawnedProgram {
  const path = resolve(DIST, script);
  if (!existsSync(path)) throw new Error('There is no dist/: run `npm run build:server` first.');
  const child = spawn(process.execPath, [path, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const exited = new Promise<number | null>((done) => child.once('close', done));
  closeAfterAll(async () => {
    if (isRunning(child)) child.kill('SIGKILL');
    await exited;
  });
  return { stdout, stderr, exited, kill: (signal) => void child.kill(signal) };
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

async function printed(program: SpawnedProgram, pattern: RegExp): Promise<RegExpExecArray> {
  let hasEnded = false;
  void program.exited.then(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    const match = pattern.exec(program.stdout());
    if (match) return match;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  throw new Error(`it ended without having started: ${program.stderr()}`);
}
