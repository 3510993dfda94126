import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBanner } from './banner.js';
import { ConfigError } from './config/config-error.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { parseEnv } from './config/parse-env.js';
import { limitHeapGrowth } from './heap-growth.js';
import { deliveryKeyProblems, type Launched, launch, signingKeyProblems } from './launch.js';
import { type AuditLog, createAuditLog } from './observability/audit-log.js';
import { createLogger, type Logger, redactText } from './observability/logger.js';
import { createShutdown } from './shutdown.js';

const LAST_LINES_MS = 200;

/** sysexits.h EX_CONFIG: what is wrong is in the configuration. */
const EXIT_CONFIG = 78;

function fail(text: string, code: number): never {
  process.stderr.write(`${text}\n`);
  process.exit(code);
}

function readConfig(): GatewayConfig {
  const keyProblems = [...signingKeyProblems(process.env), ...deliveryKeyProblems(process.env)];
  try {
    const config = parseEnv(process.env);
    if (keyProblems.length === 0) return config;
    throw new ConfigError(keyProblems);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = new Set([...error.problems, ...keyProblems]);
    fail(new ConfigError([...problems], error.hints).message, EXIT_CONFIG);
  }
}

function startFailure(error: unknown, { host, port }: GatewayConfig): never {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') fail(`Cannot start: ${host}:${port} is in use. Set PORT to another port.`, 1);
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    fail(`Cannot start: cannot listen on ${host}:${port} (${code}).`, 1);
  fail(`Cannot start: ${redactText(message)}`, EXIT_CONFIG);
}

function openAuditLog({ auditLog: target }: GatewayConfig, logger: Logger): AuditLog {
  try {
    return createAuditLog({ target, logger });
  } catch (error) {
    fail(`Cannot start: AUDIT_LOG cannot be written (${(error as NodeJS.ErrnoException).code}).`, EXIT_CONFIG);
  }
}

async function main(): Promise<void> {
  limitHeapGrowth();
  const config = readConfig();
  const logger = createLogger({ level: config.logLevel });
  for (const warning of config.warnings) logger.warn(warning);

  const audit = openAuditLog(config, logger);
  let launched: Launched;
  try {
    launched = await launch({ config, logger, audit, processMetrics: true });
  } catch (error) {
    startFailure(error, config);
  }
  const { gateway, sandbox } = launched;
  process.stdout.write(startBanner({ url: gateway.url, config, sandboxUrl: sandbox?.baseUrl ?? null }));

  const shutDown = createShutdown({
    beginDrain: () => gateway.beginDrain(),
    close: async () => {
      await launched.close();
      await audit.close();
    },
    graceMs: config.shutdownGraceMs,
    logger,
    // The audit lines of what was cut off, unless whoever takes them has stopped to.
    exit: (code) => void Promise.race([audit.close(), sleep(LAST_LINES_MS)]).then(() => process.exit(code)),
  });
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', shutDown);
}

process.on('unhandledRejection', (err) => {
  createLogger({ level: 'error' }).error({ err }, 'a rejection that nobody handled');
});

main().catch((error: unknown) => fail(`Cannot start: ${redactText(String((error as Error).message))}`, 1));
