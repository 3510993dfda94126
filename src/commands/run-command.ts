import { ConfigError } from '../config/config-error.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { parseEnv } from '../config/parse-env.js';
import { UpstreamFailure } from '../datasources/http/upstream-failure.js';
import { createLogger, type Logger, redactText } from '../observability/logger.js';

/** What a command is given by its process, or by a test. */
export interface CommandOptions {
  /** Arguments after the name of the command. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly now?: () => Date;
}

/** 0 done, 1 failed, 2 wrong use, 78 (EX_CONFIG) the environment cannot be used. */
export type ExitCode = 0 | 1 | 2 | 78;

/** The command line is wrong; its message says how. */
export class UsageError extends Error {}

/** It was tried and did not work out; the message is for the person who called. */
export class CommandFailure extends Error {}

/**
 * Runs a command in the environment of a gateway and turns what it throws into an exit code and a sentence. Nothing of an
 * answer of the API and no secret is ever shown.
 */
export async function runCommand(
  { env, writeError }: CommandOptions,
  { usage, run }: { usage: string; run: (tools: { config: () => GatewayConfig; logger: Logger }) => Promise<ExitCode> },
): Promise<ExitCode> {
  const logger = createLogger({ level: 'warn', destination: { write: (line) => writeError(line) } });
  try {
    return await run({ config: () => parseEnv(env), logger });
  } catch (error) {
    if (error instanceof UsageError) {
      writeError(`${error.message}\n\n${usage}`);
      return 2;
    }
    if (error instanceof ConfigError || (error as Error).name === 'SigningKeyError') {
      writeError(`${(error as Error).message}\n`);
      return 78;
    }
    writeError(
      `${error instanceof UpstreamFailure ? sentenceOf(error) : redactText(String((error as Error).message))}\n`,
    );
    return 1;
  }
}

/** What a person can do about a failure of the API. */
function sentenceOf(failure: UpstreamFailure): string {
  const { kind, status } = failure;
  switch (kind) {
    case 'unreachable':
    case 'interrupted': {
      const code = (failure.cause as { code?: string } | undefined)?.code;
      return `The API cannot be reached${code ? ` (${code})` : ''}: check OFFBLOCKS_BASE_URL and the network.`;
    }
    case 'timeout':
      return 'The API did not answer in time: try again, or raise OPERATION_DEADLINE_MS.';
    case 'credentials':
      return `The API refused the credentials${status ? ` (HTTP ${status})` : ''}: check OFFBLOCKS_API_KEY and OFFBLOCKS_API_SECRET.`;
    case 'signature':
      return `The API refused it (HTTP ${status}): it does not accept the signature, see docs/guides/troubleshooting.md.`;
    case 'status':
      return `The API refused it (HTTP ${status})${status === 400 ? '. Most likely it does not accept the signature: see docs/guides/troubleshooting.md' : ''}.`;
    default:
      return `The API gave an answer that cannot be used (${kind}).`;
  }
}

/** Runs a command as the process that it is. */
export function runAsProcess(command: (options: CommandOptions) => Promise<ExitCode>): void {
  void command({
    args: process.argv.slice(2),
    env: process.env,
    writeOut: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
  }).then((exitCode) => {
    process.exitCode = exitCode;
  });
}
