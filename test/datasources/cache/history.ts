import type { KeyvStoreAdapter, StoredData } from 'keyv';
import { fc } from '../../support/fast-check.js';

/** Lets another task go first, if the scheduler says so. Every message between the parties passes here. */
export type Pass = (label: string) => Promise<void>;

/** A cache in front of an API that holds one version, as seen by its clients. */
export interface System {
  /** The version that a client is given. */
  read(): Promise<number>;
  /** The version that it made, once that is committed and made known to the cache: when its client gets the answer. */
  write(): Promise<number>;
}

/** The API: a version that writes count up. Requests and answers take their time. */
export class VersionedApi {
  version = 0;

  constructor(private readonly pass: Pass) {}

  async get(): Promise<number> {
    await this.pass('request arrives');
    const { version } = this;
    await this.pass('answer arrives');
    return version;
  }

  async change(): Promise<number> {
    await this.pass('change arrives');
    this.version += 1;
    const { version } = this;
    await this.pass('answer to the change arrives');
    return version;
  }
}

/**
 * A store whose calls take their time, for `Keyv`. What is in it when the call arrives counts.
 */
export class SlowStore implements KeyvStoreAdapter {
  readonly #map = new Map<string, unknown>();
  readonly opts = {};

  constructor(private readonly pass: Pass) {}

  async get<Value>(key: string) {
    await this.pass(`get ${key}`);
    const value = this.#map.get(key) as StoredData<Value>;
    await this.pass(`got ${key}`);
    return value;
  }

  async set(key: string, value: unknown) {
    await this.pass(`set ${key}`);
    this.#map.set(key, value);
    await this.pass(`was set ${key}`);
    return true;
  }

  async delete(key: string) {
    await this.pass(`delete ${key}`);
    return this.#map.delete(key);
  }

  async clear() {
    this.#map.clear();
  }

  on() {
    return this;
  }
}

type Operation = 'read' | 'write';
const aClient = fc.array(fc.constantFrom<Operation>('read', 'read', 'write'), { minLength: 1, maxLength: 4 });

type CreateSystem<C> = (api: VersionedApi, pass: Pass, conditions: C) => System | Promise<System>;

/**
 * Several clients, each doing one thing after the other, all at the same time, in an order that fast-check chooses; and
 * under `conditions` that it chooses too, when the system has any.
 * Holds if no read is given a version older than that of the last write that was complete when the read began
 * (a regular register; Lamport, "On interprocess communication", 1986).
 */
export function neverStale<C = undefined>(
  createSystem: CreateSystem<C>,
  conditions: fc.Arbitrary<C> = fc.constant(undefined as C),
) {
  const clients = fc.array(aClient, { minLength: 2, maxLength: 4 });
  return fc.asyncProperty(fc.scheduler(), clients, conditions, async (scheduler, operations, chosen) => {
    const pass: Pass = async (label) => {
      await scheduler.schedule(Promise.resolve(), label);
    };
    const api = new VersionedApi(pass);
    const system = await createSystem(api, pass, chosen);
    let answered = 0;
    const work = operations.map(async (steps) => {
      for (const step of steps) {
        await pass(step);
        if (step === 'write') {
          const version = await system.write();
          answered = Math.max(answered, version);
        } else {
          const atLeast = answered;
          const version = await system.read();
          if (version < atLeast) throw new Error(`read version ${version} after the answer to write ${atLeast}`);
        }
      }
    });
    await scheduler.waitFor(Promise.all(work));
  });
}
