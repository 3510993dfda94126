import type { Keyv } from 'keyv';
import type { StoreHealth, StoreState } from '../../../src/datasources/cache/store-health.js';

interface Row {
  key: string;
  value: string;
  ttl?: number;
}

/** One call that reached the store. `carryOut` happens in the store, `answer` and `fail` are what the caller hears. */
export interface StoreCall {
  method: 'getMany' | 'setMany';
  /** In the order in which they were named. */
  keys: string[];
  rows: Row[];
  carryOut(): void;
  answer(): void;
  fail(): void;
}

/**
 * What `createSharedGenerations` needs of a Keyv, with every call held until the test says what becomes of it; or, unless
 * `isHeld`, carried out and answered at once.
 */
export class ScriptedStore {
  readonly data = new Map<string, string>();
  readonly calls: StoreCall[] = [];
  isHeld = false;
  /** Answers every call with a failure, without carrying it out. */
  isAway = false;

  /** As the Keyv that it stands for. */
  get keyv(): Keyv {
    return this as unknown as Keyv;
  }

  get last(): StoreCall {
    const call = this.calls.at(-1);
    if (!call) throw new Error('nobody has called');
    return call;
  }

  getMany(keys: string[]): Promise<(string | undefined)[]> {
    let found: (string | undefined)[] | undefined;
    const read = () => keys.map((key) => this.data.get(key));
    return this.#call({
      method: 'getMany',
      keys,
      rows: [],
      carryOut: () => {
        found = read();
      },
      result: () => found ?? read(),
    });
  }

  setMany(rows: Row[]): Promise<true> {
    const carryOut = () => {
      for (const { key, value } of rows) this.data.set(key, value);
    };
    return this.#call({ method: 'setMany', keys: rows.map(({ key }) => key), rows, carryOut, result: () => true });
  }

  #call<R>(call: Pick<StoreCall, 'method' | 'keys' | 'rows' | 'carryOut'> & { result: () => R }): Promise<R> {
    const { result, ...rest } = call;
    return new Promise<R>((resolve, reject) => {
      const answer = () => resolve(result());
      const fail = () => reject(new Error('not acknowledged'));
      this.calls.push({ ...rest, answer, fail });
      if (this.isHeld) return;
      if (this.isAway) return fail();
      rest.carryOut();
      answer();
    });
  }
}

/** The breaker, as the test says. */
export class ScriptedHealth implements StoreHealth {
  present: StoreState = 'up';
  downMs = 0;
  failures = 0;
  #listeners: (() => void)[] = [];

  state(): StoreState {
    return this.present;
  }

  downForMs(): number {
    return this.present === 'down' ? this.downMs : 0;
  }

  reportFailure(): void {
    this.failures += 1;
    this.present = 'down';
  }

  onHeartbeat(listener: () => void): void {
    this.#listeners.push(listener);
  }

  stop(): void {}

  /** A heartbeat gets through: a node that was down begins to settle. */
  beat(): void {
    if (this.present === 'down') this.present = 'settling';
    for (const listener of this.#listeners) listener();
  }
}
