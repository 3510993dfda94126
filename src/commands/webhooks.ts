import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { ConfigError } from '../config/config-error.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { serviceUrl, ValueProblem } from '../config/value-parsers.js';
import { decodeWebhookEventType, encodeWebhookEventType } from '../datasources/wire/webhook-subscription.wire.js';
import {
  CallbackUrlError,
  callbackUrlOf,
  RECEIVER_PATH,
  redactCallbackUrl,
} from '../events/registration/callback-url.js';
import { planRegistration } from '../events/registration/registration-plan.js';
import { createSubscriptionsApi, type SubscriptionsApi } from '../events/registration/subscriptions-api.js';
import { createMetrics } from '../observability/metrics.js';
import { WebhookEventType } from '../schema/webhook-subscription/webhook-event-type.enum.js';
import type { WebhookSubscription } from '../schema/webhook-subscription/webhook-subscription.type.js';
import { openApi } from './open-api.js';
import {
  CommandFailure,
  type CommandOptions,
  type ExitCode,
  runAsProcess,
  runCommand,
  UsageError,
} from './run-command.js';

const ALL_TYPES = Object.values(WebhookEventType);

const usage = `Tells OffBlocks where to report changes to. Uses the environment of the gateway.

  npm run --silent webhooks -- list
  npm run --silent webhooks -- register [--url https://gateway.example.com] [--types card.updated,…]
  npm run --silent webhooks -- delete ID

register  has changes delivered to the gateway at that public URL (default: WEBHOOK_PUBLIC_URL); the path of the
          receiver and WEBHOOK_SECRET are appended. Does nothing where such a subscription exists, and
          mends its types where they differ. Types: ${ALL_TYPES.map(encodeWebhookEventType).join(', ')} (default: all).
list      shows the subscriptions, without the secrets in their addresses.
delete    ends one.

Exit codes: 0 done or nothing to do, 1 failed, 2 wrong use, 78 the environment cannot be used.
`;

interface Tools {
  config: GatewayConfig;
  api: SubscriptionsApi;
  writeOut: (text: string) => void;
}

/** Runs the command; resolves to its exit code. */
export async function webhooks(options: CommandOptions): Promise<ExitCode> {
  const { args, writeOut, now = () => new Date() } = options;
  return runCommand(options, {
    usage,
    async run({ config: readConfig, logger }) {
      const command = parseCommand(args);
      if (command === 'help') {
        writeOut(usage);
        return 0;
      }
      const config = readConfig();
      const opened = openApi({ config, metrics: createMetrics(), logger, now });
      try {
        await command({ config, api: createSubscriptionsApi(opened.client), writeOut });
        return 0;
      } finally {
        await opened.close();
      }
    },
  });
}

/** What the arguments ask for, as something to be carried out. */
function parseCommand(args: readonly string[]): 'help' | ((tools: Tools) => Promise<void>) {
  const { values, positionals } = readArgs(args);
  const [name, id, ...others] = positionals;
  if (values.help) return 'help';
  const { url, types } = values;
  if (name !== 'register' && (url !== undefined || types !== undefined)) {
    throw new UsageError('--url and --types are options of register');
  }
  if (name === 'delete' && id !== undefined && others.length === 0) return (tools) => remove(tools, id);
  if (name === 'delete') throw new UsageError('delete needs one ID');
  if (id !== undefined) throw new UsageError(`${name} takes no further argument`);
  if (name === 'list') return list;
  if (name === 'register') {
    const request = { url: url === undefined ? null : parseUrl(url), types: parseTypes(types) };
    return (tools) => register(tools, request);
  }
  throw new UsageError(name === undefined ? 'one of list, register and delete is needed' : `${name} is no command`);
}

function readArgs(args: readonly string[]) {
  try {
    const options = {
      url: { type: 'string' },
      types: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parseUrl(text: string): URL {
  try {
    return serviceUrl(text);
  } catch (error) {
    if (error instanceof ValueProblem) throw new UsageError(`--url must be ${error.message}`);
    throw error;
  }
}

function parseTypes(text: string | undefined): readonly WebhookEventType[] {
  if (text === undefined) return ALL_TYPES;
  const names = text.split(',').map((name) => name.trim());
  const types = names.map(decodeWebhookEventType).filter((type) => type !== null);
  if (types.length < names.length) {
    throw new UsageError(`--types must hold some of ${ALL_TYPES.map(encodeWebhookEventType).join(', ')}`);
  }
  return [...new Set(types)];
}

async function list({ config, api, writeOut }: Tools): Promise<void> {
  const subscriptions = await api.list();
  const secret = config.webhookSecret?.reveal();
  for (const one of subscriptions) {
    const isOwn = secret !== undefined && one.callbackUrl.endsWith(`${RECEIVER_PATH}/${secret}`);
    writeOut(`${lineOf(one)}${isOwn ? '  (this gateway)' : ''}\n`);
  }
  if (subscriptions.length === 0) writeOut('There are no webhook subscriptions.\n');
}

async function register(
  { config, api, writeOut }: Tools,
  { url, types }: { url: URL | null; types: readonly WebhookEventType[] },
): Promise<void> {
  const publicUrl = url ?? config.webhookPublicUrl;
  if (!publicUrl) throw new UsageError('register needs --url, or WEBHOOK_PUBLIC_URL in the environment');
  if (!config.webhookSecret) {
    throw new ConfigError(['WEBHOOK_SECRET is not set: make one with `openssl rand -hex 32`, for the gateway too']);
  }
  const callbackUrl = checkedUrl(publicUrl, config.webhookSecret.reveal());
  const plan = planRegistration({ subscriptions: await api.list(), callbackUrl, types });
  const address = redactCallbackUrl(callbackUrl.href);
  if (plan.action === 'none')
    writeOut(`Nothing to do: ${plan.subscription.id} has these events delivered to ${address}\n`);
  else {
    const id = plan.action === 'update' ? plan.subscription.id : undefined;
    const made = await put({ api, callbackUrl, types, ...(id !== undefined && { id }) });
    writeOut(`${plan.action === 'update' ? 'Changed' : 'Registered'}: ${lineOf(made)}\n`);
  }
  for (const { id } of plan.duplicates) {
    writeOut(`${id} has the same address, so events come more than once: npm run webhooks -- delete ${id}\n`);
  }
  for (const { id } of plan.outdated) {
    writeOut(
      `${id} leads to the same receiver with another secret. Once no gateway has that: npm run webhooks -- delete ${id}\n`,
    );
  }
}

/** The answer of the API may lack the subscription: then the list has to show it. */
async function put(options: {
  api: SubscriptionsApi;
  callbackUrl: URL;
  types: readonly WebhookEventType[];
  id?: string;
}): Promise<WebhookSubscription> {
  const { api, callbackUrl, types } = options;
  const answered = await api.put(options);
  if (answered) return answered;
  const plan = planRegistration({ subscriptions: await api.list(), callbackUrl, types });
  if (plan.action === 'none') return plan.subscription;
  throw new CommandFailure('The API took the subscription and does not list it: look again with `list` in a moment.');
}

async function remove({ api, writeOut }: Tools, id: string): Promise<void> {
  if (!(await api.delete(id))) throw new CommandFailure('There is no webhook subscription with this ID.');
  writeOut(`Deleted: ${id}\n`);
}

function checkedUrl(publicUrl: URL, secret: string): URL {
  try {
    return callbackUrlOf({ publicUrl, secret });
  } catch (error) {
    if (error instanceof CallbackUrlError) throw new UsageError(error.message);
    throw error;
  }
}

function lineOf({ id, callbackUrl, types }: WebhookSubscription): string {
  return `${id}  ${redactCallbackUrl(callbackUrl)}  ${types.map(encodeWebhookEventType).join(',')}`;
}

if (require.main === module) runAsProcess(webhooks);
