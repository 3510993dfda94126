import { randomUUID } from 'node:crypto';
import { DEFAULT_SIGNATURE_POLICY, type SignaturePolicy } from './proof/signature.js';
import type { SigningKeyOptions } from './proof/signing-keys.js';
import { MAX_SEED_CARDS } from './seed/bulk.js';
import type { DeliveryKeyOptions } from './webhooks/delivery-signer.js';
import { DEFAULT_DELIVERY_SETTINGS, type DeliverySettings } from './webhooks/settings.js';

/** What the programme holds at the start: a dozen customers in various states, nothing, or so many cards. */
export type Seed = 'demo' | 'empty' | { cards: number };

export interface SandboxOptions {
  /** Default `127.0.0.1`. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** A UUID. */
  apiKey: string;
  apiSecret: string;
  /** Public keys that requests may be signed for. */
  signingKeys: readonly SigningKeyOptions[];
  /** Default `demo`. */
  seed?: Seed;
  /** How much later the API does what it does by itself; default 0: before the answer leaves. */
  settleDelayMs?: number;
  /** Default 900. */
  tokenTtlSeconds?: number;
  /** Longest request body; default 1 MiB. Longer ones are refused with 413. */
  maxBodyBytes?: number;
  /** The time for everything but webhook retries. Default: the system's. */
  clock?: () => Date;
  /** IDs of what is created; default: random UUIDs of version 4. */
  createId?: () => string;
  /** Decides about faults with a probability; from 0 (included) to 1 (excluded). */
  random?: () => number;
  /** What a signature must cover and say. */
  signaturePolicy?: Partial<SignaturePolicy>;
  /** How webhooks are delivered. */
  webhooks?: Partial<DeliverySettings>;
  /** Signs deliveries where `webhooks.isSigned`; default: a key of its own (`webhookKey`). */
  webhookSigningKey?: DeliveryKeyOptions;
}

export interface ResolvedOptions
  extends Required<Omit<SandboxOptions, 'signaturePolicy' | 'webhooks' | 'webhookSigningKey'>> {
  webhookSigningKey?: DeliveryKeyOptions;
  signaturePolicy: SignaturePolicy;
  webhooks: DeliverySettings;
}

/** Fills in the defaults. Throws `RangeError` for a seed of fewer than no or more than 100,000 cards. */
export function resolveOptions(options: SandboxOptions): ResolvedOptions {
  const { seed = 'demo' } = options;
  if (typeof seed === 'object' && !(Number.isInteger(seed.cards) && seed.cards >= 0 && seed.cards <= MAX_SEED_CARDS)) {
    throw new RangeError(`seed.cards must be an integer from 0 to ${MAX_SEED_CARDS}`);
  }
  return {
    host: '127.0.0.1',
    port: 0,
    settleDelayMs: 0,
    tokenTtlSeconds: 900,
    maxBodyBytes: 1_048_576,
    clock: () => new Date(),
    createId: randomUUID,
    random: Math.random,
    ...withoutUndefined(options),
    seed,
    signaturePolicy: { ...DEFAULT_SIGNATURE_POLICY, ...withoutUndefined(options.signaturePolicy ?? {}) },
    webhooks: { ...DEFAULT_DELIVERY_SETTINGS, ...withoutUndefined(options.webhooks ?? {}) },
  };
}

/** An option that is there but undefined must not hide its default. */
function withoutUndefined<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}
