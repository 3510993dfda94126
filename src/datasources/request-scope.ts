import type { UpstreamClient } from './http/upstream-client.js';
import type { RequestLoaders } from './loaders/request-loaders.js';
import type { ResourceReader } from './loaders/resource-reader.js';
import type { MutationRunner } from './mutations/mutation-runner.js';
import type { UnknownValueListener } from './wire/decode.js';

/** Whether the caller may change an entity; false also for one that does not exist. Decided outside of this room. */
export interface Reach {
  customer(id: string): Promise<boolean>;
  account(id: string): Promise<boolean>;
  card(id: string): Promise<boolean>;
  authorisation(id: string): Promise<boolean>;
}

/** What the datasources of one request work with. */
export interface RequestScope {
  client: UpstreamClient;
  reader: ResourceReader;
  loaders: RequestLoaders;
  mutations: MutationRunner;
  reach: Reach;
  onUnknownValue: UnknownValueListener;
}
