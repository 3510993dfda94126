import { Admin, type AdminControls } from './http/admin.js';
import { Api } from './http/api.js';
import { Faults } from './http/faults.js';
import { IdempotencyKeys } from './http/idempotency.js';
import { Router } from './http/router.js';
import { createRoutes } from './http/routes.js';
import { ADMIN_PREFIX, API_PREFIX, closeServer, createSandboxServer, listen } from './http/server.js';
import { Counters } from './http/stats.js';
import { resolveOptions, type SandboxOptions, type Seed } from './options.js';
import { Programme } from './programme/programme.js';
import { Credentials } from './proof/credentials.js';
import { SigningKeys } from './proof/signing-keys.js';
import { seedBulk } from './seed/bulk.js';
import { seedDemo } from './seed/demo.js';
import { WebhookDelivery } from './webhooks/delivery.js';
import { DeliverySigner } from './webhooks/delivery-signer.js';
import { type SubscriptionRequest, WebhookSubscriptions } from './webhooks/subscriptions.js';

export { UPSTREAM_PROSE_MARKER } from './errors.js';
export type { Fault, FaultRule } from './http/faults.js';
export type { SandboxStats } from './http/stats.js';
export type { SandboxOptions, Seed } from './options.js';
export type { WebhookStats } from './webhooks/delivery.js';
export type { DeliveryFilter, DeliveryRecord } from './webhooks/delivery-log.js';
export type { DeliveryKey } from './webhooks/delivery-signer.js';
export type { DeliverySettings, DeliverySettingsPatch } from './webhooks/settings.js';
export type { SubscriptionRequest } from './webhooks/subscriptions.js';

/** A sandbox that listens. Besides the addresses, its handles do in-process what the admin interface does over HTTP. */
export interface RunningSandbox extends AdminControls {
  /** `http://127.0.0.1:PORT/v1` */
  baseUrl: string;
  /** `http://127.0.0.1:PORT/_sandbox` */
  adminUrl: string;
  port: number;
  /**
   * Has every change of these types delivered to a receiver, without a call of the API; it outlives `reset`. Returns the ID
   * of the subscription, which the API lists with the others. Throws `TypeError` for what is no http or https URL.
   */
  subscribe(subscription: SubscriptionRequest): string;
  /** Resolves when no webhook delivery is waiting. */
  webhooksIdle(): Promise<void>;
  /** Stops listening, cuts every connection and forgets everything. */
  close(): Promise<void>;
}

/**
 * Starts an emulator of the OffBlocks REST API. Rejects when it cannot listen, a key is no P-384 public key, or the seed is
 * out of bounds. State lives in memory only.
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const settings = resolveOptions(options);
  const { clock, createId } = settings;
  const subscriptions = new WebhookSubscriptions();
  const signer = new DeliverySigner({ key: settings.webhookSigningKey, createId, clock });
  const delivery = new WebhookDelivery({ subscriptions, settings: settings.webhooks, signer, createId, clock });
  const ownSubscriptions: SubscriptionRequest[] = [];
  const programme = new Programme({
    clock,
    createId,
    settleDelayMs: settings.settleDelayMs,
    announce: (type, entity) => delivery.announce(type, entity),
  });
  const credentials = new Credentials(settings);
  const signingKeys = new SigningKeys({ keys: settings.signingKeys, createId });
  const idempotencyKeys = new IdempotencyKeys();
  const faults = new Faults(settings.random);
  const counters = new Counters();
  seed({ programme, seed: settings.seed });

  const controls: AdminControls = {
    stats: () => ({ ...counters.read(), executions: idempotencyKeys.executions(), webhooks: delivery.stats() }),
    resetStats: () => {
      counters.reset();
      idempotencyKeys.resetCounts();
      delivery.resetStats();
    },
    reset: () => {
      programme.clear();
      subscriptions.table.clear();
      credentials.reset();
      signingKeys.reset();
      idempotencyKeys.clear();
      faults.clear();
      counters.reset();
      delivery.reset();
      seed({ programme, seed: settings.seed });
      for (const subscription of ownSubscriptions) subscriptions.add(programme, subscription);
    },
    expireTokens: () => credentials.expireTokens(),
    injectFault: (rule) => faults.add(rule),
    listFaults: () => faults.list(),
    removeFault: (id) => faults.remove(id),
    clearFaults: () => faults.clear(),
    registerSigningKey: (key) => signingKeys.register(key),
    removeSigningKey: (keyId) => signingKeys.remove(keyId),
    webhookSettings: () => delivery.settings(),
    changeWebhookSettings: (patch) => delivery.changeSettings(patch),
    webhookDeliveries: (filter) => delivery.list(filter),
    hurryWebhooks: () => delivery.hurry(),
    webhookKey: () => signer.publicKey,
  };
  const router = new Router(createRoutes({ programme, subscriptions, credentials, signingKeys }));
  const { signaturePolicy, maxBodyBytes } = settings;
  const api = new Api({
    programme,
    router,
    credentials,
    signingKeys,
    signaturePolicy,
    idempotencyKeys,
    faults,
    counters,
  });
  const server = createSandboxServer({ api, admin: new Admin({ programme, controls }), maxBodyBytes });
  const port = await listen({ server, host: settings.host, port: settings.port });
  const origin = `http://${reachableHost(settings.host)}:${port}`;
  return {
    ...controls,
    baseUrl: `${origin}${API_PREFIX}`,
    adminUrl: `${origin}${ADMIN_PREFIX}`,
    port,
    subscribe: (subscription) => {
      const { id } = subscriptions.add(programme, subscription);
      ownSubscriptions.push(subscription);
      return id;
    },
    webhooksIdle: () => delivery.idle(),
    close: async () => {
      programme.clear();
      await Promise.all([closeServer(server), delivery.close()]);
    },
  };
}

function seed({ programme, seed }: { programme: Programme; seed: Seed }): void {
  if (seed === 'demo') seedDemo(programme);
  else if (seed !== 'empty') seedBulk(programme, seed.cards);
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
