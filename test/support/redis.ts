import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Redis or Valkey server of a test's own, which can be treated as badly as production treats one. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Ends it without a warning (SIGKILL). */
  kill(): Promise<void>;
  /** It hangs: connections stay open and are even accepted, nothing is answered (SIGSTOP). */
  stop(): void;
  /** After `stop`: it goes on where it was, and carries out what it was sent meanwhile (SIGCONT). */
  resume(): void;
  /** Ends it if it runs, and starts it on the same port: with nothing, or with the snapshot of the last `SAVE`. */
  restart(options?: { from?: 'nothing' | 'snapshot' }): Promise<void>;
  /** The reply to one command as text (numbers in decimal, nil empty). Rejects when the server replies with an error. */
  command(...words: string[]): Promise<string>;
  configSet(name: string, value: string): Promise<void>;
  /** Limits its memory to 1 MB, evicts nothing, and fills it: reads are answered, writes refused. */
  fill(): Promise<void>;
  /** After `fill`: room again. */
  drain(): Promise<void>;
  /** Ends it and removes its directory. */
  close(): Promise<void>;
}

const NAMES = ['redis-server', 'valkey-server'];
const START_DEADLINE_MS = 10_000;
const FILLER = 'x'.repeat(50_000);
/** More of them than fit. */
const MAX_FILLERS = 40;

/** Path of the server to test with: `REDIS_SERVER_PATH` when set, else one on the path. Undefined when there is none. */
export function findRedisServer(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const paths = env.REDIS_SERVER_PATH
    ? [env.REDIS_SERVER_PATH]
    : (env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return paths.find((path) => existsSync(path));
}

/**
 * Starts one on a free port of the loopback interface, without persistence and in a directory of its own. `options` are
 * those of redis.conf: `{ maxmemory: '1mb' }`. With `isRunning: false` only the port is chosen: `restart` starts it.
 */
export async function startRedisServer(
  settings: { options?: Record<string, string>; isRunning?: boolean } = {},
): Promise<RedisServer> {
  const path = findRedisServer();
  if (path === undefined)
    throw new Error('No Redis found: install redis-server or valkey-server, or set REDIS_SERVER_PATH.');
  const directory = await mkdtemp(join(tmpdir(), 'gateway-redis-'));
  const port = await freePort();
  const options = {
    bind: '127.0.0.1',
    port: String(port),
    dir: directory,
    save: '',
    appendonly: 'no',
    ...settings.options,
  };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  let child: ChildProcess | null = null;

  // A run that is broken off must not leave a server behind, above all none that is stopped.
  const killNow = () => void child?.kill('SIGKILL');
  process.on('exit', killNow);

  const command = (...parts: string[]) => sendCommand(port, parts);

  async function start(): Promise<void> {
    const started = spawn(path as string, words, { stdio: 'ignore' });
    child = started;
    const deadline = performance.now() + START_DEADLINE_MS;
    for (;;) {
      if (started.exitCode !== null) throw new Error(`${path} ended at once with exit code ${started.exitCode}`);
      const reply = await command('PING').catch(() => '');
      if (reply === 'PONG') return;
      if (performance.now() > deadline) throw new Error(`${path} did not answer in time`);
      await sleep(10);
    }
  }

  async function kill(): Promise<void> {
    const running = child;
    child = null;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  }

  const configSet = async (name: string, value: string) => void (await command('CONFIG', 'SET', name, value));

  if (settings.isRunning ?? true) await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    stop: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async restart({ from = 'nothing' } = {}) {
      await kill();
      if (from === 'nothing') await rm(join(directory, 'dump.rdb'), { force: true });
      await start();
    },
    command,
    configSet,
    async fill() {
      await configSet('maxmemory-policy', 'noeviction');
      await configSet('maxmemory', '1mb');
      for (let index = 0; ; index += 1) {
        const reply = await command('SET', `filler:${index % MAX_FILLERS}`, FILLER).catch(
          (error: Error) => error.message,
        );
        if (reply.startsWith('OOM')) break;
      }
      // What was refused weighed more than a small write does.
      await configSet('maxmemory', '900kb');
    },
    async drain() {
      await configSet('maxmemory', '0');
      await command('DEL', ...Array.from({ length: MAX_FILLERS }, (_, index) => `filler:${index}`));
    },
    async close() {
      process.off('exit', killNow);
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** One command over a connection of its own. Protocol: https://redis.io/docs/latest/develop/reference/protocol-spec/ */
function sendCommand(port: number, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    let received = '';
    socket.setTimeout(2_000, () => socket.destroy(new Error('the server does not answer')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed the connection')));
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      const reply = parseReply(received);
      if (reply === undefined) return;
      if (reply instanceof Error) reject(reply);
      else resolve(Buffer.from(reply, 'latin1').toString());
      socket.destroy();
    });
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    socket.write(`*${words.length}\r\n${parts.join('')}`);
  });
}

/** One character of the text is one byte. Undefined while the reply is incomplete. Arrays are not needed here. */
function parseReply(text: string): string | Error | undefined {
  const end = text.indexOf('\r\n');
  if (end === -1) return undefined;
  const line = text.slice(1, end);
  if (text.startsWith('-')) return new Error(line);
  if (!text.startsWith('$')) return line;
  const length = Number(line);
  if (length === -1) return '';
  return text.length >= end + 4 + length ? text.slice(end + 2, end + 2 + length) : undefined;
}

/**
 * `describe` for tests that need Redis or Valkey. Without one they are skipped, loudly; on CI (`CI=true`) they fail, since
 * a test of a shared cache that never runs proves nothing.
 */
export function describeWithRedis(name: string, define: () => void): void {
  if (findRedisServer() !== undefined) {
    describe(name, define);
    return;
  }
  const message = 'no Redis found (install redis-server or valkey-server, or set REDIS_SERVER_PATH)';
  if (process.env.CI === 'true') {
    describe(name, () => {
      it('needs Redis', () => {
        throw new Error(`${name}: ${message}`);
      });
    });
    return;
  }
  process.stderr.write(`\nSKIPPED: ${name}: ${message}\n\n`);
  describe.skip(`SKIPPED, ${message}: ${name}`, define);
}
