import type { CommandOptions, ExitCode } from '../../src/commands/run-command.js';
import type { ApiSandbox } from '../support/api-sandbox.js';

/** What of an issuer a gateway's environment has to name; nobody asks it in a command. */
const ISSUER = {
  AUTH_JWKS_URL: 'https://login.example.com/jwks',
  AUTH_ISSUER: 'https://login.example.com/',
  AUTH_AUDIENCE: 'gateway',
};

export interface CommandResult {
  exitCode: ExitCode;
  out: string;
  error: string;
}

/** Runs a command in the environment of a gateway in front of this API. */
export async function runInEnv(
  command: (options: CommandOptions) => Promise<ExitCode>,
  { api, env = {}, args }: { api?: ApiSandbox; env?: Record<string, string>; args: readonly string[] },
): Promise<CommandResult> {
  let out = '';
  let error = '';
  const exitCode = await command({
    args,
    env: { ...(api && { ...api.env, ...ISSUER }), ...env },
    writeOut: (text) => {
      out += text;
    },
    writeError: (text) => {
      error += text;
    },
  });
  return { exitCode, out, error };
}
